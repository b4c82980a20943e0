#include "eval/metrics/repair_metrics.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace dlfix::eval {
namespace {

using mapping::Config;
constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

TEST(ChoosePatch, BestGuideEarliestOnTiesWithoutTheFirstRow) {
  const std::vector<TrialRow> rows{
      {{}, 0.99, 0.99}, {{}, 0.7, 0.6}, {{}, 0.8, 0.65}, {{}, 0.8, 0.9}, {{}, std::nullopt, kNan}};
  const PatchChoice choice = choose_patch(rows, 0.5, true);
  EXPECT_EQ(choice.row, 2U);
  EXPECT_EQ(choice.value, 0.65);
}

TEST(ChoosePatch, WorseOnHoldOutIsNoPatchAndEqualIsOne) {
  const std::vector<TrialRow> rows{{{}, 0.5, 0.5}, {{}, 0.9, 0.4}};
  const PatchChoice worse = choose_patch(rows, 0.5, true);
  EXPECT_FALSE(worse.row.has_value());
  EXPECT_EQ(worse.value, 0.5);
  EXPECT_EQ(worse.unclamped, 0.4);
  EXPECT_TRUE(choose_patch(rows, 0.4, true).row.has_value());
  // As an error, 0.9 is still the best (only) guide value and 0.4 is better than 0.5.
  EXPECT_EQ(choose_patch(rows, 0.5, false).value, 0.4);
}

TEST(ChoosePatch, NothingToChooseFrom) {
  EXPECT_EQ(choose_patch({}, 0.3, true).value, 0.3);
  const std::vector<TrialRow> failed{{{}, 0.5, 0.5}, {{}, kNan, 0.9}, {{}, 0.9, kNan}};
  const PatchChoice choice = choose_patch(failed, 0.3, true);
  EXPECT_FALSE(choice.row.has_value());
  EXPECT_TRUE(std::isnan(choice.unclamped));
}

TEST(ImprovementRate, DirectionRoundingAndUndefined) {
  const std::vector<double> runs{0.75, 0.85};
  EXPECT_DOUBLE_EQ(*improvement_rate(0.6, 1.0, runs), 0.5);
  const std::vector<double> errors{2.0};
  EXPECT_DOUBLE_EQ(*improvement_rate(4.0, 1.0, errors), 2.0 / 3);
  EXPECT_FALSE(improvement_rate(0.5, 0.5 + 1e-10, runs).has_value());
  EXPECT_FALSE(improvement_rate(0.5, kNan, runs).has_value());
  EXPECT_FALSE(improvement_rate(0.5, 1.0, {}).has_value());
  const std::vector<double> fine{0.126};
  EXPECT_NEAR(*improvement_rate(0.1, 0.2, fine, Rounding::kTwoDecimals), 0.3, 1e-12);
  EXPECT_NEAR(*improvement_rate(0.1, 0.2, fine), 0.26, 1e-12);
}

TEST(SignificantImprovement, NeedsBothPAndRate) {
  const std::vector<double> faulty(10, 0.5);
  const std::vector<double> runs{.6, .61, .62, .63, .64, .65, .66, .67, .68, .69};
  EXPECT_TRUE(significant_improvement(faulty, runs, 0.4));
  EXPECT_FALSE(significant_improvement(faulty, runs, -0.4));
  EXPECT_FALSE(significant_improvement(faulty, runs, std::nullopt));
  EXPECT_FALSE(significant_improvement(faulty, faulty, 0.4));
}

TEST(AngularScore, ClippedOrNotFiniteIsInvalid) {
  EXPECT_FALSE(angular_score_is_valid(0.004472, true));
  EXPECT_FALSE(angular_score_is_valid(0.1, false));
  EXPECT_FALSE(angular_score_is_valid(kNan, true));
  EXPECT_TRUE(angular_score_is_valid(0.044, true));
}

TEST(Complexity, NormalisesBeforeComparing) {
  const Config initial{{"epochs", 10}, {"lr", 0.001}, {"act1", "relu"}, {"ki1", "zeros"}};
  EXPECT_EQ(complexity(initial, {{"epochs", "10.0"}, {"lr", "0.001"}, {"act1", "relu"}}), 0.0);
  EXPECT_EQ(complexity(initial, {{"lr", 0.0010000001}}), 0.25);
  const Config object{{"ki1", {{"class", "zeros"}}}, {"act1", nullptr}};
  EXPECT_EQ(complexity(initial, object), 0.25);  // act1 only: the object's name is the same
  EXPECT_TRUE(std::isnan(complexity({}, {})));
  EXPECT_EQ(complexity_of_truth(initial, initial), 0.25);
  EXPECT_EQ(complexity_of_truth(initial, {{"lr", 1}, {"epochs", 20}}), 0.5);
}

TEST(OperatorOfKey, FirstOfTheListThatIsContained) {
  EXPECT_EQ(operator_of_key("act3"), "act");
  EXPECT_EQ(operator_of_key("config.ki2"), "ki");
  EXPECT_EQ(operator_of_key("lr"), "lr");
  EXPECT_FALSE(operator_of_key("bi1").has_value());
  EXPECT_FALSE(operator_of_key("unit1").has_value());
  EXPECT_FALSE(operator_of_key("layer2").has_value());
  EXPECT_FALSE(operator_of_key("dropout1").has_value());
}

// The unit cases of the study's two definitions.
TEST(AsymmetricJaccard, BothDefinitions) {
  const Config faulty{{"act1", "relu"}, {"lr", 0.1}};
  const Config truth{{"act1", "tanh"}, {"lr", 0.1}};
  const auto both = [&](const Config& patch) {
    return std::pair(asymmetric_jaccard(faulty, truth, patch, Jaccard::kPaper),
                     asymmetric_jaccard(faulty, truth, patch, Jaccard::kReplication));
  };
  EXPECT_EQ(both(truth), std::pair(1.0, 0.0));
  EXPECT_EQ(both({{"act1", "elu"}, {"lr", 0.1}}), std::pair(1.0, 1.0));
  EXPECT_EQ(both({{"act1", "relu"}, {"lr", 0.2}}), std::pair(0.0, 1.0));
}

TEST(AsymmetricJaccard, LayersDoNotCountAndNoTruthIsZero) {
  const Config faulty{{"act1", "relu"}, {"act3", "relu"}, {"unit1", 5}};
  EXPECT_EQ(asymmetric_jaccard(faulty, {{"act1", "tanh"}}, {{"act3", "elu"}}), 1.0);
  EXPECT_EQ(asymmetric_jaccard(faulty, {{"unit1", 10}}, {{"unit1", 10}}), 0.0);
}

}  // namespace
}  // namespace dlfix::eval
