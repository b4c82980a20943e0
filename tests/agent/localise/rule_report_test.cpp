// Findings of several tools as one list, at their places.
#include "agent/localise/rule_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/agent/localise/findings.h"

namespace dlfix::agent {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

ToolReport said_by(const std::string& tool, std::vector<eval::RuleFinding> findings) {
  eval::Localisation found;
  found.findings = std::move(findings);
  return {tool, std::move(found), 0};
}

/// Two Dense layers in lines 2 and 3, the learning rate in line 4.
struct Example {
  std::string text =
      "import keras\n"
      "m.add(Dense(4))\n"
      "m.add(Dense(3))  # dlfix: ignore[LCN, ACH]\n"
      "m.compile(SGD(9.0))  # dlfix: ignore[OCH]\n";
  mapping::Program program;
  std::map<std::string, std::string> sources{{"model.py", text}};

  Example() {
    program.path = "model.py";
    for (int line : {2, 3}) {
      trainer::LayerSpec dense;
      dense.class_name = "Dense";
      dense.attributes = {{"units", 3}, {"activation", "linear"}};
      dense.line = line;
      program.model.layers.push_back(dense);
    }
    mapping::Hyperparameter rate;
    rate.name = "lr";
    rate.kind = "learning_rate";
    rate.attribute = "learning_rate";
    rate.value = 9.0;
    rate.span = {"model.py", {4, 14}, {4, 17}};
    program.hyperparameters = {rate};
  }

  RuleReport report(std::vector<ToolReport> tools) const {
    return make_rule_report(program, std::move(tools), eval::ToolReading::kMended, sources);
  }
};

TEST(RuleReport, JoinsWhatToolsSayOfTheSameLayers) {
  const Example example;
  const auto report =
      example.report({said_by("neuralint", {finding_of("neuralint", "f009", "ACH", {0}),
                                            finding_of("neuralint", "f019", "LCN", {0})}),
                      said_by("umlaut", {finding_of("umlaut", "H9", "HLR"),
                                         finding_of("umlaut", "H2", "ACH", {0})})});
  ASSERT_EQ(report.faults.size(), 3U);
  EXPECT_EQ(report.faults[0].fault.fault_type, "ACH");
  EXPECT_EQ(report.faults[0].fault.tools(), 2);
  EXPECT_THAT(report.faults[0].fault.layers, ElementsAre(0));
  EXPECT_EQ(report.faults[1].fault.tools(), 1);
  const auto json = to_json(report);
  EXPECT_EQ(json["findings"][0]["tools"], 2);
  EXPECT_EQ(json["findings"][0]["line"], 2);
  EXPECT_EQ(json["tools"]["umlaut"]["labels"], "HLR, ACH(0)");
}

TEST(RuleReport, OtherLayersAreAnotherFaultAndNoLayersMeanEachOfThem) {
  const Example example;
  const auto report = example.report(
      {said_by("a", {finding_of("a", "1", "ACH", {0}), finding_of("a", "2", "ACH", {1})}),
       said_by("b", {finding_of("b", "3", "ACH")})});
  ASSERT_EQ(report.faults.size(), 2U);
  EXPECT_EQ(report.faults[0].fault.tools(), 2);
  EXPECT_EQ(report.faults[1].fault.tools(), 2);
  EXPECT_EQ(eval::to_string(labels_of(report)), "ACH(0,1)");
}

TEST(RuleReport, WhatSeveralToolsNameComesFirstWithItsRemedy) {
  const Example example;
  const auto report =
      example.report({said_by("a", {finding_of("a", "1", "WCI", {0}), finding_of("a", "2", "HLR")}),
                      said_by("b", {finding_of("b", "3", "HLR", {1})})});
  ASSERT_EQ(report.faults.size(), 2U);
  EXPECT_EQ(report.faults[0].fault.fault_type, "HLR");
  const auto json = to_json(report);
  EXPECT_EQ(json["findings"][0]["change"], "do 2");
  EXPECT_EQ(json["findings"][0]["line"], 4);
  EXPECT_TRUE(json["findings"][0]["score"].is_number());
}

TEST(RuleReport, AToolMayNameTheLineItself) {
  const Example example;
  auto scaled = finding_of("data", "labels_scaled", "CPP");
  scaled.file = "model.py";
  scaled.line = 4;
  EXPECT_EQ(to_json(example.report({said_by("data", {scaled})}))["findings"][0]["line"], 4);
}

TEST(RuleReport, ShowsPlacesAsACompilerDoes) {
  const Example example;
  const auto text = to_text(
      example.report({said_by("umlaut", {finding_of("umlaut", "H9", "HLR")})}), example.sources);
  EXPECT_THAT(text, HasSubstr("model.py:4:15: HLR Wrong learning rate\n"));
  EXPECT_THAT(text, HasSubstr("     4 | m.compile(SGD(9.0))"));
  EXPECT_THAT(text, HasSubstr("^~~\n"));
  EXPECT_THAT(text, HasSubstr("says H9 [umlaut H9]\n    do H9"));
}

TEST(RuleReport, CommentsSuppressTheTypesTheyName) {
  const Example example;
  const auto report = example.report(
      {said_by("a", {finding_of("a", "1", "ACH", {1}), finding_of("a", "2", "WCI", {1}),
                     finding_of("a", "3", "ACH", {0}), finding_of("a", "4", "HLR")})});
  ASSERT_EQ(report.faults.size(), 4U);
  EXPECT_TRUE(report.faults[0].suppressed);
  EXPECT_FALSE(report.faults[1].suppressed) << "another type";
  EXPECT_FALSE(report.faults[2].suppressed) << "another line";
  EXPECT_FALSE(report.faults[3].suppressed) << "OCH is named there";
  EXPECT_EQ(report.open_faults(), 3);
  const auto by_rule = [&](const std::string& rule) {
    return example.report({said_by("a", {finding_of("a", rule, "WCI", {1})})}).open_faults();
  };
  EXPECT_EQ(by_rule("LCN"), 0) << "rules are ignored by name, too";
  EXPECT_EQ(by_rule("LC"), 1) << "by their whole name";
  const auto text = to_text(report, example.sources);
  EXPECT_THAT(text, HasSubstr("1 suppressed by comments"));
  EXPECT_THAT(text, Not(HasSubstr("says 1 ")));
}

TEST(RuleReport, KeepsAdviceAndWhatAFilterDrops) {
  const Example example;
  auto dropped = finding_of("umlaut", "H1", "ACH", {1});
  dropped.dropped = "the last activation is softmax already";
  const auto report =
      example.report({said_by("umlaut", {dropped, finding_of("umlaut", "H10", "")})});
  EXPECT_TRUE(report.faults.empty());
  ASSERT_EQ(report.advice.size(), 1U);
  ASSERT_EQ(report.dropped.size(), 1U);
  EXPECT_EQ(to_json(report)["dropped"][0]["dropped"], dropped.dropped);
  EXPECT_THAT(to_text(report, example.sources), HasSubstr("no fault found"));
}

TEST(RuleReport, ScoresEachToolAndAllTogether) {
  const Example example;
  auto report =
      example.report({said_by("a", {finding_of("a", "1", "ACH", {0})}),
                      said_by("b", {finding_of("b", "2", "HLR"), finding_of("b", "3", "LCH")})});
  KnownFaults known;
  known.name = "fixed.py";
  known.faults = {{"ACH", {0}}, {"HLR", {}}};
  score_rules(report, known, eval::Scores::kCorrected);
  ASSERT_EQ(report.scores.size(), 3U);
  EXPECT_DOUBLE_EQ(report.scores[0].before.recall, 0.5);
  EXPECT_DOUBLE_EQ(report.scores[0].before.precision, 1);
  EXPECT_DOUBLE_EQ(report.scores[1].before.precision, 0.5);
  EXPECT_EQ(report.scores[2].tool, "combined");
  EXPECT_DOUBLE_EQ(report.scores[2].before.recall, 1);
  EXPECT_NEAR(report.scores[2].before.precision, 2.0 / 3, 1e-12);
  EXPECT_EQ(to_json(report)["ground_truth"]["scores"]["combined"]["before"]["recall"], 1);
}

}  // namespace
}  // namespace dlfix::agent
