#include "eval/agreement/agreement.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "eval/agreement/agreement_report.h"
#include "eval/agreement/study_data.h"
#include "tests/study_data.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

std::string written(const std::string& text) {
  const auto path = std::filesystem::path(::testing::TempDir()) / "gold.csv";
  std::ofstream(path, std::ios::binary) << text;
  return path.string();
}

TEST(Gold, ReadsQuotedFieldsAndLabels) {
  const auto rows = read_csv("a,\"b, \"\"c\"\"\nd\"\r\n\n1,2\n");
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_THAT(rows[0], ElementsAre("a", "b, \"c\"\nd"));
  const auto labels = read_labels(" ACH(0, 12) | HLR ");
  EXPECT_EQ(labels.at("ACH"), (std::set<int>{0, 12}));
  EXPECT_TRUE(labels.at("HLR").empty());
  EXPECT_EQ(label_text(labels), "ACH(0,12)|HLR");
  EXPECT_TRUE(read_labels("").empty());
}

TEST(Gold, PrefersNormalisedColumnsAndFoldsRepetitions) {
  const auto path = written(
      "fl_id,author_id,repetition,text,FT,specific,FinalFT,FT_norm,FinalFT_norm\n"
      "X,X,0,The rate.,HRL,Y,HRL,HLR,HLR\nX,X,0,the RATE,HRL,Y,HRL,HLR,HLR\nX,X,1,The "
      "rate.,HRL,N?,,HLR,\n");
  const auto gold = read_gold(path);
  ASSERT_EQ(gold.size(), 2U);
  EXPECT_TRUE(gold[0].types.contains("HLR"));
  EXPECT_EQ(gold[0].specific, true);
  EXPECT_FALSE(gold[1].specific.has_value());
  EXPECT_EQ(gold[1].line, 4);
}

TEST(Gold, FiveColumnsAreEnoughAndAMissingOneIsNamed) {
  EXPECT_EQ(read_gold(written("fl_id,text,FT,specific,FinalFT\nX,The rate.,HLR,Y,HLR\n")).size(),
            1U);
  try {
    read_gold(written("fl_id,text,FT,FinalFT\n"));
    FAIL();
  } catch (const support::InputError& error) {
    EXPECT_THAT(error.what(), HasSubstr("specific"));
  }
  EXPECT_THROW(read_gold(written("fl_id,text,FT,specific,FinalFT\nX,a,b\n")), support::InputError);
  EXPECT_THROW(read_gold("/nowhere.csv"), support::EnvironmentError);
}

TEST(Folds, EveryFaultOnceAndOneFoldLeftOut) {
  const auto folds = study_folds();
  EXPECT_EQ(folds.faults.size(), 5U);
  std::set<std::string> faults;
  for (const auto& fold : folds.faults) {
    for (const auto& fault : fold) {
      EXPECT_TRUE(faults.insert(fault).second) << fault;
      EXPECT_FALSE(study_model(fault).layers.empty()) << fault;
    }
  }
  EXPECT_TRUE(folds.is_left_out(folds.faults.at(folds.left_out).front()));
  EXPECT_FALSE(folds.is_left_out(folds.faults.at(0).front()));
  EXPECT_TRUE(folds.is_left_out("a fault of no fold"));
  EXPECT_TRUE(study_model("a fault of no fold").layers.empty());
}

Comparison row(const char* gold, const char* mapped, std::optional<bool> specific = std::nullopt,
               const char* fault = "D1") {
  Comparison comparison;
  comparison.gold.fault = fault;
  comparison.gold.text = std::string(gold) + mapped;
  comparison.gold.types = comparison.gold.final_types = read_labels(gold);
  comparison.types = comparison.final_types = read_labels(mapped);
  comparison.gold.specific = specific;
  comparison.specific = true;
  return comparison;
}

TEST(Agreement, CountsSetsOfTypes) {
  const auto figures = measure(
      {row("HLR", "HLR", true), row("LRM|LCN", "LRM", false), row("", "HBS"), row("NEF", "NEF")});
  EXPECT_EQ(figures.micro.hit, 3);
  EXPECT_EQ(figures.micro.missed, 1);
  EXPECT_EQ(figures.micro.extra, 1);
  EXPECT_NEAR(figures.micro.f1(), 6.0 / 8, 1e-12);
  EXPECT_EQ(figures.specific_judged, 2);
  EXPECT_DOUBLE_EQ(figures.specific_accuracy(), 0.5);
  EXPECT_DOUBLE_EQ(figures.nef.recall(), 1);
  EXPECT_EQ(figures.confusion.at("-").at("HBS"), 1);
  EXPECT_EQ(figures.confusion.at("LCN").at("LRM"), 1);
}

// D1 has its activations in layers of their own: 6 Dense, 7 Activation.
TEST(Agreement, LayersAreEqualUpToAnActivationLayer) {
  const auto figures = measure({row("ACH(7)", "ACH(6)"), row("ACH(7)", "ACH(3)"),
                                row("ACH(7)", "HLR"), row("ACH", "ACH(1)")});
  EXPECT_EQ(figures.layers_judged, 2);
  EXPECT_EQ(figures.layers_equal, 1);
  EXPECT_EQ(figures.with_layers.hit, 2);
}

TEST(AgreementReport, HeadlineIsWhatNoRuleHasSeen) {
  const Folds folds = study_folds();
  std::vector<GoldAnswer> gold;
  for (const auto& [fault, type] :
       {std::pair{folds.faults[0][0], "HLR"}, {folds.faults[folds.left_out][0], "HBS"}}) {
    GoldAnswer answer;
    answer.fault = fault;
    answer.text = "The learning rate is too high.";
    answer.types = answer.final_types = read_labels(type);
    gold.push_back(answer);
  }
  const auto mapper = mapping::make_rules_mapper();
  const auto report = make_agreement_report(gold, *mapper, Protocol::kFolds);
  EXPECT_EQ(report.headline.answers, 1);
  EXPECT_EQ(report.all.answers, 2);
  EXPECT_EQ(report.folds.size(), 2U);
  ASSERT_EQ(report.disagreements.size(), 1U);
  ASSERT_EQ(report.contradictions.size(), 1U);  // HBS: the text says nothing of it
  const auto json = to_json(report);
  for (const char* const field : {"micro_f1", "macro_f1", "types", "faults", "layer_accuracy",
                                  "specific_accuracy", "confusion", "disagreements"}) {
    EXPECT_TRUE(json.contains(field)) << field;
  }
  EXPECT_THAT(to_text(report), HasSubstr("worst disagreements"));
  EXPECT_EQ(make_agreement_report(gold, *mapper, Protocol::kAll).headline.answers, 2);
}

TEST(AgreementData, ReachesItsFigures) {
  const auto path = tests::study_data() / "benchmark" / "fl_gold.csv";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not there: set DLFIX_SHARED";
  const auto mapper = mapping::make_rules_mapper();
  const auto report = make_agreement_report(read_gold(path.string()), *mapper, Protocol::kFolds);
  for (const Agreement* figures : {&report.headline, &report.all}) {
    EXPECT_GE(figures->micro.f1(), 0.90);
    EXPECT_GE(figures->layer_accuracy(), 0.95);
    EXPECT_GE(figures->specific_accuracy(), 0.85);
    EXPECT_GE(figures->nef.recall(), 0.85);
  }
}

}  // namespace
}  // namespace dlfix::eval
