// The killing criterion, its check values, and the power of the F test.
#include "eval/mutation/killing.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

#include "eval/mutation/mutation_score.h"
#include "eval/mutation/performance_band.h"
#include "eval/statistics/anova_power.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using support::InputError;
using enum MetricDirection;

/// n values of standard deviation 1 (n - 1) about a mean.
std::vector<double> group(int n, double mean) {
  std::vector<double> values;
  const double step = n % 2 == 0 ? std::sqrt((n - 1.0) / n) : 1;
  for (int i = 0; i < n; ++i) {
    const bool middle = n % 2 == 1 && i == n - 1;
    values.push_back(mean + (middle ? 0 : i % 2 == 0 ? step : -step));
  }
  return values;
}

KillingResult test_effect(int n, double effect, const KillingCriterion& criterion = {}) {
  return killing_test(group(n, effect), group(n, 0), kHigherIsBetter, criterion);
}

TEST(Killing, EffectsOfTwentyTrainings) {
  const KillingResult below = test_effect(20, 0.61);
  EXPECT_NEAR(below.effect, 0.61, 1e-12);
  EXPECT_FALSE(below.killed);
  EXPECT_TRUE(test_effect(20, 0.63).killed);
  EXPECT_FALSE(test_effect(20, -3).killed);  // better
  EXPECT_LT(test_effect(20, -3).p_value, 1e-6);
  EXPECT_FALSE(test_effect(20, 0).killed);
}

TEST(Killing, WhatBindsAtWhichNumberOfTrainings) {
  struct Row {
    int n;
    double least;
  };
  for (const Row& row : {Row{5, 1.240}, {10, 0.877}, {20, 0.620}, {30, 0.506}, {40, 0.5}}) {
    EXPECT_FALSE(test_effect(row.n, row.least - 0.002).killed) << row.n;
    EXPECT_TRUE(test_effect(row.n, row.least + 0.002).killed) << row.n;
  }
  EXPECT_LT(test_effect(40, 0.498).p_value, 0.05);
}

TEST(Killing, TheClosedForm) {
  for (const double effect : {0.2, 0.7, 1.5}) {
    const double z = effect * std::sqrt(20.0 / 2);
    EXPECT_NEAR(test_effect(20, effect).p_value, std::erfc(z / std::sqrt(2.0)), 1e-12);
  }
}

TEST(Killing, LowerIsBetterTurnsTheDirection) {
  EXPECT_FALSE(killing_test(group(20, 3), group(20, 0), kLowerIsBetter).killed);
  const KillingResult worse = killing_test(group(20, 0), group(20, 3), kLowerIsBetter);
  EXPECT_TRUE(worse.killed);
  EXPECT_NEAR(worse.effect, -3, 1e-12);
}

TEST(Killing, GroupsThatDoNotVary) {
  const std::vector<double> good(20, 0.9);
  const std::vector<double> bad(20, 0.1);
  const KillingResult differ = killing_test(good, bad, kHigherIsBetter);
  EXPECT_TRUE(differ.killed);
  EXPECT_EQ(differ.p_value, 0);
  EXPECT_EQ(differ.effect, std::numeric_limits<double>::infinity());
  EXPECT_FALSE(killing_test(bad, good, kHigherIsBetter).killed);
  const KillingResult same = killing_test(good, good, kHigherIsBetter);
  EXPECT_FALSE(same.killed);
  EXPECT_EQ(same.p_value, 1);
  EXPECT_EQ(same.effect, 0);
  // One that varies is enough.
  EXPECT_TRUE(killing_test(good, group(20, -1), kHigherIsBetter).killed);
}

TEST(Killing, ThePublishedCode) {
  const KillingCriterion published{.published = true};
  // 2 (1 - Phi(z)) is 0.0497 at d = 0.6206: printed 0.050, so not below 0.05.
  EXPECT_TRUE(test_effect(20, 0.6206).killed);
  EXPECT_FALSE(test_effect(20, 0.6206, published).killed);
  EXPECT_TRUE(test_effect(20, 0.63, published).killed);
  const std::vector<double> good(20, 0.9);
  const std::vector<double> bad(20, 0.1);
  const KillingResult constant = killing_test(good, bad, kHigherIsBetter, published);
  EXPECT_FALSE(constant.killed);
  EXPECT_THAT(constant.why_not, ::testing::HasSubstr("neither group varies"));
  const KillingResult uneven = killing_test(group(20, 3), group(10, 0), kHigherIsBetter, published);
  EXPECT_FALSE(uneven.killed);
  EXPECT_THAT(uneven.why_not, ::testing::HasSubstr("sizes"));
  EXPECT_TRUE(killing_test(group(20, 3), group(10, 0), kHigherIsBetter).killed);
}

TEST(Killing, GroupsThatCannotBeTested) {
  const std::vector<double> fine{0.1, 0.2};
  const std::vector<double> none;
  const std::vector<double> diverged{0.1, std::nan("")};
  EXPECT_THROW(killing_test(fine, none, kHigherIsBetter), InputError);
  EXPECT_THROW(killing_test(std::vector<double>{1}, fine, kHigherIsBetter), InputError);
  EXPECT_THROW(killing_test(fine, diverged, kHigherIsBetter), InputError);
}

TEST(Killing, SignedRanksInstead) {
  const KillingCriterion ranks{.test = KillingTest::kSignedRank};
  // Five pairs that all fall: p = 2 / 2^5, six: 2 / 2^6.
  const std::vector<double> good{0.91, 0.92, 0.93, 0.94, 0.95, 0.96};
  const std::vector<double> bad{0.1, 0.2, 0.3, 0.25, 0.15, 0.05};
  const std::span<const double> original(good);
  const std::span<const double> mutant(bad);
  const KillingResult five =
      killing_test(original.first(5), mutant.first(5), kHigherIsBetter, ranks);
  EXPECT_DOUBLE_EQ(five.p_value, 0.0625);
  EXPECT_FALSE(five.killed);
  EXPECT_TRUE(killing_test(original, mutant, kHigherIsBetter, ranks).killed);
  EXPECT_FALSE(killing_test(mutant, original, kHigherIsBetter, ranks).killed);
  EXPECT_THROW(killing_test(original, mutant.first(5), kHigherIsBetter, ranks), InputError);
}

TEST(PerformanceBand, NeitherTooEasyNorTooHard) {
  const auto stays = [](double original, double mutant) {
    return in_performance_band(original, mutant, kHigherIsBetter);
  };
  EXPECT_TRUE(stays(0.99, 0.11));
  EXPECT_TRUE(stays(0.99, 0.10));
  EXPECT_FALSE(stays(0.99, 0.09));
  EXPECT_TRUE(stays(0.82, 0.67));
  EXPECT_FALSE(stays(0.70, 0.62));  // C1 of the study, on half the test set
  const auto loss_stays = [](double original, double mutant) {
    return in_performance_band(original, mutant, kLowerIsBetter);
  };
  EXPECT_TRUE(loss_stays(0.046, 0.071));
  EXPECT_FALSE(loss_stays(0.046, 0.06));
  EXPECT_FALSE(loss_stays(0.046, 0.398));
  EXPECT_TRUE(in_performance_band(0.046, 0.398, kLowerIsBetter, {.most_loss_ratio = 9}));
  EXPECT_THROW(loss_stays(0, 1), InputError);
  EXPECT_THROW(stays(std::nan(""), 1), InputError);
}

// Values of scipy.stats.ncf.sf and f.isf of SciPy 1.10.1.
TEST(AnovaPower, AgreesWithScipy) {
  EXPECT_NEAR(noncentral_f_tail(1, 1, 38, 0), 0.323636083864408, 1e-9);
  EXPECT_NEAR(noncentral_f_tail(4.1, 1, 38, 2.5), 0.33778074433883143, 1e-9);
  EXPECT_NEAR(noncentral_f_tail(4.1, 1, 38, 40), 0.9999865460941151, 1e-9);
  EXPECT_NEAR(noncentral_f_tail(2, 3, 50, 7.5), 0.750763081824199, 1e-9);
  EXPECT_NEAR(noncentral_f_tail(5, 2.5, 9.5, 12), 0.5783192895961743, 1e-9);
  EXPECT_NEAR(noncentral_f_tail(10, 1, 18, 1000), 1, 1e-9);
  EXPECT_NEAR(anova_power(0.5, {40}), 0.8689530277239899, 1e-9);
  EXPECT_NEAR(anova_power(0.62, {40}), 0.9685831359345607, 1e-9);
  EXPECT_NEAR(anova_power(-0.25, {20}), 0.18509565629116623, 1e-9);
  EXPECT_NEAR(anova_power(1.2, {10}), 0.9118352524128199, 1e-9);
  EXPECT_NEAR(anova_power(0.3, {60, 3}), 0.5139775874811561, 1e-9);
  EXPECT_NEAR(anova_power(0, {40}), 0.05, 1e-9);
  EXPECT_EQ(anova_power(std::numeric_limits<double>::infinity(), {40}), 1);
  EXPECT_TRUE(std::isnan(anova_power(0.5, {2})));
  EXPECT_TRUE(std::isnan(noncentral_f_tail(1, 0, 38, 1)));
}

TEST(MutationScore, OrderedValues) {
  EXPECT_DOUBLE_EQ(ordered_score({100, 20, 40}).value(), 0.75);  // (100 - 40) / (100 - 20)
  EXPECT_EQ(ordered_score({100, 20, std::nullopt}), 0);
  EXPECT_EQ(ordered_score({100, 40, 20}), 1);
  EXPECT_EQ(ordered_score({100, 40, 40}), 1);
  EXPECT_EQ(ordered_score({100, std::nullopt, 40}), std::nullopt);
  EXPECT_EQ(ordered_score({100, 100, 40}), std::nullopt);  // unstable
  EXPECT_EQ(ordered_score({100, 100, 100}), 1);
  EXPECT_EQ(ordered_score({100, 100, std::nullopt}), 0);
  EXPECT_DOUBLE_EQ(ordered_score({1, 9, 5}).value(), 0.5);  // epochs: the strong end is small
}

TEST(MutationScore, ValuesWithoutOrderAndTheWhole) {
  const std::vector<ValueOutcome> values{
      {true, true, 0.9}, {true, false, 0.9}, {true, true, 0.7}, {false, true, 0.9}};
  EXPECT_EQ(exhaustive_score(values), 0.5);
  EXPECT_EQ(exhaustive_score({{false, true, 1}}), std::nullopt);
  EXPECT_EQ(mutation_score({0.5, std::nullopt, 1.0}), 0.75);
  EXPECT_EQ(mutation_score({std::nullopt}), std::nullopt);
}

}  // namespace
}  // namespace dlfix::eval
