#include "agent/compare/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/compare/comparison_page.h"
#include "agent/compare/shards.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

Comparison small_comparison() {
  Comparison comparison;
  comparison.columns = {{"random", "random"}, {"a_b", "llm"}};
  ProgramComparison program;
  program.name = "D_1";
  program.metric = "accuracy";
  program.faulty_config = {{"lr", 1.0}, {"loss", "mse"}};
  program.fix_config = {{"lr", 0.1}, {"loss", "mse"}};
  program.faulty = {0.5, 0.5, 0.5, 0.5, 0.5, 0.5};
  program.fix = {0.9, 0.9, 0.9, 0.9, 0.9, 0.9};
  ColumnResult random{comparison.columns[0], {}, {}, {}, {}};
  for (int i = 0; i < 6; ++i) random.runs.push_back({"ok", {{"lr", 0.2}}, 0.7 + 0.01 * i, 4});
  ColumnResult model{comparison.columns[1], {}, {}, {}, {}};
  model.runs.assign(5, {"ok", {{"lr", 0.1}, {"loss", "hinge"}}, 0.9, 0});
  model.runs.push_back({"no_json", {}, std::nan(""), 0});
  program.columns = {random, model};
  comparison.programs = {program};
  return comparison;
}

TEST(Comparison, IsJudgedLikeTheStudysTable) {
  Comparison comparison = small_comparison();
  judge(comparison);
  const ColumnScores& random = comparison.programs[0].columns[0].judged;
  EXPECT_NEAR(random.scores.mean, 0.725, 1e-12);
  EXPECT_NEAR(*random.scores.rate, (0.725 - 0.5) / 0.4, 1e-12);
  EXPECT_TRUE(random.scores.significant);
  EXPECT_EQ(random.complexity, 0.5);
  EXPECT_EQ(random.jaccard, 1.0);
  const ColumnScores& model = comparison.programs[0].columns[1].judged;
  EXPECT_EQ(model.scores.with_patch, 5);
  EXPECT_NEAR(model.scores.mean, (5 * 0.9 + 0.5) / 6, 1e-12);
  EXPECT_EQ(model.complexity, 1.0);
  comparison.scores = eval::Scores::kPrinted;
  judge(comparison);
  EXPECT_EQ(comparison.programs[0].columns[1].judged.jaccard, 0.0);  // the fix's own lr
}

TEST(Comparison, WithoutTheFaultyProgramNothingIsJudged) {
  Comparison comparison = small_comparison();
  comparison.programs[0].faulty.clear();
  comparison.shard = "1/2";
  judge(comparison);
  const auto document = to_json(comparison);
  EXPECT_EQ(document["faults"]["D_1"]["columns"]["random"]["judged"], false);
  EXPECT_EQ(document["summary"]["random"]["programs"], 0);
  EXPECT_THAT(to_text(comparison), HasSubstr("store merge"));
}

TEST(Comparison, ReportsHaveEveryRunAndEscapeNames) {
  Comparison comparison = small_comparison();
  judge(comparison);
  const std::string csv = to_csv(comparison);
  EXPECT_EQ(std::count(csv.begin(), csv.end(), '\n'), 13);
  EXPECT_THAT(csv, HasSubstr("\"D_1\",\"a_b\",5,no_json,,\"{}\""));
  EXPECT_THAT(to_latex(comparison), HasSubstr("D\\_1 & 0.500 & 0.900 & \\textbf{0.7"));
  EXPECT_THAT(to_text(comparison), HasSubstr("0.725 ± 0.017 IR 0.56 *"));
  EXPECT_EQ(to_json(comparison)["summary"]["random"]["significant"], 1);
  EXPECT_EQ(to_json(comparison)["faults"]["D_1"]["columns"]["a_b"]["outcomes"]["no_json"], 1);
}

TEST(Comparison, ThePageHasTablesPlotsAndNoAddresses) {
  Comparison comparison = small_comparison();
  comparison.programs[0].columns[1].notes = {"<script>alert(1)</script>"};
  judge(comparison);
  const std::string page = to_html(comparison);
  EXPECT_THAT(page, HasSubstr("IR 0.56"));
  EXPECT_THAT(page, HasSubstr("aria-label=\"runs of D_1\""));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, ::testing::Not(HasSubstr("http")));
  EXPECT_THAT(page, ::testing::Not(HasSubstr("nan")));
  EXPECT_THAT(to_html(Comparison{}), HasSubstr("</html>"));
}

TEST(Comparison, AFullPageOfThirtyFaultsIsSmall) {
  Comparison comparison = small_comparison();
  for (int column = 0; column < 12; ++column)
    comparison.columns.push_back({"technique " + std::to_string(column), "random"});
  const ProgramComparison one = comparison.programs[0];
  comparison.programs.clear();
  for (int fault = 0; fault < 30; ++fault) {
    ProgramComparison program = one;
    program.name = "F" + std::to_string(fault);
    for (std::size_t column = 2; column < comparison.columns.size(); ++column) {
      program.columns.push_back(one.columns[0]);
      program.columns.back().column = comparison.columns[column];
      program.columns.back().runs.resize(10, one.columns[0].runs[0]);
    }
    comparison.programs.push_back(program);
  }
  judge(comparison);
  EXPECT_LT(to_html(comparison).size(), 5'000'000U);
}

TEST(Shards, AreReadAndRefused) {
  EXPECT_EQ(parse_shard("").of, 1);
  EXPECT_EQ(parse_shard("2/3").index, 2);
  EXPECT_EQ(parse_shard("2/3").of, 3);
  for (const char* wrong : {"0/3", "4/3", "2", "2/", "/3", "2/3x", "a/b", "-1/3", "2/0"})
    EXPECT_THROW(parse_shard(wrong), support::InputError) << wrong;
}

TEST(Shards, BalanceCosts) {
  EXPECT_THAT(assign_shards({5, 1, 4, 2, 3}, 2), ElementsAre(1, 1, 2, 1, 2));
  EXPECT_THAT(assign_shards({1, 1, 1}, 3), ElementsAre(1, 2, 3));
  EXPECT_THAT(assign_shards({}, 3), ElementsAre());
}

}  // namespace
}  // namespace dlfix::agent
