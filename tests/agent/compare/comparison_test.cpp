#include "agent/compare/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/compare/comparison_page.h"
#include "agent/compare/shards.h"
#include "agent/compare/summary.h"
#include "tests/agent/compare/sample_comparison.h"
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

TEST(Comparison, RunsAreLabelledByWhatTheyDidToTheAccuracy) {
  Comparison comparison = small_comparison();
  auto& runs = comparison.programs[0].columns[1].runs;
  runs[0].value = 0.3;
  runs[1].value = 0.45;
  runs[2] = {"no_patch", {}, std::nan(""), 0};
  judge(comparison);
  std::vector<std::string> labels;
  for (const RunOutcome& run : comparison.programs[0].columns[1].runs) labels.push_back(run.label);
  EXPECT_THAT(labels, ElementsAre("corrupted", "unimproved", "unimproved", "improved", "improved",
                                  "failure"));
  EXPECT_THAT(to_text(comparison), HasSubstr("2 improved, 2 unimproved, 1 corrupted, 1 failure"));
  EXPECT_EQ(to_json(comparison)["summary"]["a_b"]["labels"]["corrupted"], 1);
  EXPECT_THAT(to_csv(comparison), HasSubstr(",corrupted,,\n"));
  comparison.programs[0].higher_is_better = false;
  judge(comparison);
  EXPECT_TRUE(comparison.programs[0].columns[1].runs[0].label.empty());
}

TEST(Comparison, RowsMendedAndBrokenAreToldWhereTheyAreKnown) {
  Comparison comparison = small_comparison();
  judge(comparison);
  EXPECT_FALSE(comparison.programs[0].columns[0].judged.flips);
  EXPECT_TRUE(to_json(comparison)["faults"]["D_1"]["columns"]["a_b"]["repair_rate"].is_null());
  auto& runs = comparison.programs[0].columns[1].runs;
  runs[0].flips = {0.75, 0.01};
  runs[1].flips = {std::nan(""), 0.03};  // nothing was wrong before
  judge(comparison);
  const auto& flips = comparison.programs[0].columns[1].judged.flips;
  ASSERT_TRUE(flips);
  EXPECT_DOUBLE_EQ(flips->repair_rate, 0.75);
  EXPECT_DOUBLE_EQ(flips->negative_flip_rate, 0.02);
  EXPECT_THAT(to_text(comparison), HasSubstr("75.0 %"));
  EXPECT_THAT(to_csv(comparison), HasSubstr(",0.75,0.01\n"));
  const auto column = to_json(comparison)["faults"]["D_1"]["columns"]["a_b"];
  EXPECT_EQ(column["negative_flip_rate"], 0.02);
  EXPECT_TRUE(column["runs"][1]["repair_rate"].is_null());
  EXPECT_THAT(to_html(comparison), HasSubstr("rows mended"));
}

TEST(Comparison, AFaultThatDoesNotShowIsNamed) {
  Comparison comparison = small_comparison();
  judge(comparison);
  EXPECT_TRUE(to_json(comparison)["faults"]["D_1"]["exposure"]["exposed"]);
  EXPECT_TRUE(hidden_faults(comparison).empty());
  comparison.programs[0].faulty = {0.9, 0.8, 1.0, 0.9, 0.9, 0.9};
  judge(comparison);
  EXPECT_FALSE(to_json(comparison)["faults"]["D_1"]["exposure"]["exposed"]);
  EXPECT_THAT(to_text(comparison), HasSubstr("note: D_1: the fault does not show in 6 trainings"));
  EXPECT_THAT(to_html(comparison), HasSubstr("D_1: the fault does not show"));
  comparison.programs[0].fix.clear();
  judge(comparison);
  EXPECT_TRUE(to_json(comparison)["faults"]["D_1"]["exposure"].is_null());
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
  EXPECT_THAT(page, HasSubstr("aria-label=\"Every run of D_1\""));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;"));
  EXPECT_THAT(page, ::testing::Not(HasSubstr("http")));
  EXPECT_THAT(page, ::testing::Not(HasSubstr("nan")));
  EXPECT_THAT(to_html(Comparison{}), HasSubstr("</html>"));
}

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (auto place = text.find(part); place != std::string::npos; place = text.find(part, place + 1))
    ++count;
  return count;
}

TEST(Comparison, AFullPageOfThirtyFaultsIsSmallAndTellsWhatEverythingIs) {
  const Comparison comparison = SampleComparison().make();
  ASSERT_EQ(comparison.programs.size(), 30U);
  ASSERT_EQ(comparison.columns.size(), 14U);
  const std::string page = to_html(comparison);
  EXPECT_LT(page.size(), 5'000'000U);
  EXPECT_THAT(page, ::testing::Not(HasSubstr("http")));
  EXPECT_EQ(count_of(page, "<section id=\"program-"), 30U);
  for (const char* caption : {"Every run of D4", "Best so far on D4", "Training on D4",
                              "Neutrality graph of D4", "Scores on U8", "Neutrality analyses",
                              "Significant improvements by budget", "Complexity of the patches"})
    EXPECT_THAT(page, HasSubstr(caption));
  // Every picture has a name, every table a caption, every head a direction.
  EXPECT_EQ(count_of(page, "<svg "), count_of(page, "role=\"img\""));
  EXPECT_EQ(count_of(page, "<table "), count_of(page, "<caption>"));
  EXPECT_THAT(page, ::testing::Not(HasSubstr("<th>")));
  EXPECT_THAT(page, HasSubstr("&lt;b&gt;a note&lt;/b&gt; &amp; its &quot;quotes&quot;"));
}

TEST(Comparison, SmallerBudgetsAreJudgedLikeTheWhole) {
  Comparison comparison = small_comparison();
  comparison.cuts = {5};
  comparison.budget_amount = 20;
  auto& runs = comparison.programs[0].columns[0].runs;
  for (std::size_t i = 0; i < runs.size(); ++i)
    runs[i].cuts = {{5, {}, i < 3 ? std::nan("") : 0.6}};
  judge(comparison);
  const ColumnResult& random = comparison.programs[0].columns[0];
  ASSERT_EQ(random.cuts.size(), 1U);
  EXPECT_NEAR(random.cuts[0].scores.mean, 0.55, 1e-12);  // half of the runs count as faulty
  EXPECT_FALSE(random.cuts[0].scores.significant);
  EXPECT_EQ(significant_within(comparison, comparison.columns[0], 5).significant, 0);
  EXPECT_EQ(significant_within(comparison, comparison.columns[0], 20).significant, 1);
  EXPECT_THAT(to_text(comparison), HasSubstr("significant within a budget of  5"));
  EXPECT_THAT(to_html(comparison), HasSubstr("Significant improvements by budget"));
  EXPECT_EQ(
      to_json(
          comparison)["faults"]["D_1"]["columns"]["random"]["smaller_budgets"][0]["significant"],
      false);
}

TEST(Comparison, PatchesAreComparedWithTheClosestGroundTruth) {
  Comparison comparison = small_comparison();
  eval::NeutralityResult analysis;
  analysis.program = "D_1.py";
  analysis.metric = "accuracy";
  analysis.fix.values = {0.9, 0.9};
  analysis.fix.final_values = {0.9, 0.9};
  analysis.graph.root.config = {{"lr", 1.0}, {"loss", "mse"}};
  eval::NeutralityNode node = analysis.graph.root;
  node.parent = 0;
  node.config[1].second = "hinge";
  node.is_truth = true;
  node.fitness = 0.9;
  for (const int id : {1, 2}) {
    node.id = id;
    analysis.graph.nodes.push_back(node);
  }
  analysis.final_values = {{1, {0.5, 0.5}}, {2, {0.95, 0.95}}};  // the first one is refuted
  comparison.programs[0].neutrality = analysis;
  comparison.programs[0].columns[0].runs[0].config = {{"loss", "hinge"}};
  judge(comparison);
  const ColumnResult& random = comparison.programs[0].columns[0];
  EXPECT_EQ(random.runs[0].closest_truth, "node 2");
  EXPECT_EQ(random.runs[1].closest_truth, "known fix");
  EXPECT_NEAR(*random.judged.jaccard, 5.0 / 6, 1e-12);
  EXPECT_EQ(random.judged.jaccard_after, 1.0);
  EXPECT_EQ(to_json(comparison)["faults"]["D_1"]["columns"]["random"]["runs"][0]
                               ["closest_ground_truth"]["name"],
            "node 2");
}

TEST(Comparison, TheMedianRunIsTheLowerOfTwoInTheMiddle) {
  ProgramComparison program;
  ColumnResult result;
  EXPECT_EQ(median_run(program, result), nullptr);
  for (const double value : {0.9, std::nan(""), 0.1, 0.5, 0.3})
    result.runs.push_back({"ok", {}, value, 0});
  EXPECT_EQ(median_run(program, result)->value, 0.3);
  program.higher_is_better = false;
  EXPECT_EQ(median_run(program, result)->value, 0.5);
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
