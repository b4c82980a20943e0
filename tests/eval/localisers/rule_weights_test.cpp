// Weights of rules: shares of right findings, held out by group.
#include "eval/localisers/rule_weights.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "trainer/support/errors.h"

namespace dlfix::eval::testing {
namespace {

RuleFinding by(const std::string& tool, const std::string& rule) {
  RuleFinding finding;
  finding.tool = tool;
  finding.rule = rule;
  finding.fault_type = "ACH";
  return finding;
}

RuleWeights counted(const std::string& text) {
  return RuleWeights::from_json(nlohmann::json::parse(text));
}

constexpr const char* kTwoGroups =
    R"({"least_score": 0.4, "groups": {"a": {"t/1": [3, 4]}, "b": {"t/1": [0, 2], "t/2": [1, 2]}}})";

TEST(RuleWeights, AShareIsDrawnTowardsThatOfTheTool) {
  const auto weights = counted(kTwoGroups);
  const double tool = (4 + 1.5) / (8 + 3);
  EXPECT_DOUBLE_EQ(weights.of(by("t", "1")), (3 + 3 * tool) / (6 + 3));
  EXPECT_DOUBLE_EQ(weights.of(by("t", "2")), (1 + 3 * tool) / (2 + 3));
  EXPECT_DOUBLE_EQ(weights.of(by("t", "never seen")), tool);
  EXPECT_DOUBLE_EQ(weights.least_score(), 0.4);
}

TEST(RuleWeights, AToolMaySayHowSureItIs) {
  const auto weights = counted(kTwoGroups);
  auto unsure = by("other", "1");
  EXPECT_DOUBLE_EQ(weights.of(unsure), 0.5);
  unsure.certainty = 0.9;
  EXPECT_DOUBLE_EQ(weights.of(unsure), 0.9);
  auto counted_too = by("t", "2");
  counted_too.certainty = 0.9;
  EXPECT_DOUBLE_EQ(weights.of(counted_too), (1 + 3 * 0.9) / (2 + 3));
}

TEST(RuleWeights, AGroupCanBeLeftOut) {
  const auto rest = counted(kTwoGroups).without("b");
  const double tool = (3 + 1.5) / (4 + 3);
  EXPECT_DOUBLE_EQ(rest.of(by("t", "1")), (3 + 3 * tool) / (4 + 3));
  EXPECT_DOUBLE_EQ(rest.of(by("t", "2")), tool);
}

TEST(RuleWeights, AFaultIsAsSureAsItsSurestFinding) {
  const auto weights = counted(kTwoGroups);
  const MergedFault fault{"ACH", {}, {by("t", "2"), by("t", "1")}, 0};
  EXPECT_DOUBLE_EQ(weights.score(fault),
                   std::max(weights.of(by("t", "1")), weights.of(by("t", "2"))));
}

TEST(RuleWeights, CountsSurviveTheRoundTrip) {
  RuleWeights weights = counted(kTwoGroups);
  weights.count("c", by("t", "3"), true);
  weights.count("c", by("t", "3"), false);
  const auto json = weights.to_json();
  EXPECT_EQ(json["groups"]["c"]["t/3"], nlohmann::json({1, 2}));
  EXPECT_EQ(RuleWeights::from_json(json).to_json(), json);
  EXPECT_THROW(counted("{}"), support::InputError);
}

TEST(RuleWeights, TheShippedOnesAreCountedOnManyGroups) {
  const auto json = RuleWeights::shipped().to_json();
  EXPECT_GE(json["groups"].size(), 20U);
}

}  // namespace
}  // namespace dlfix::eval::testing
