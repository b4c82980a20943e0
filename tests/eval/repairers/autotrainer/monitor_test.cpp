// When a training has a problem, by hand-made recordings.
#include "eval/repairers/autotrainer/monitor.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "eval/repairers/autotrainer/recording.h"

namespace dlfix::eval::autotrainer {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

History flat(double accuracy, std::size_t epochs) {
  const std::vector<double> level(epochs, accuracy);
  const std::vector<double> loss(epochs, 1.0);
  return {loss, level, loss, level};
}

/// Rises by 0.1 an epoch from 0.1 to at most `top`.
History rising(double top, std::size_t epochs) {
  History history = flat(0, epochs);
  for (std::size_t i = 0; i < epochs; ++i) {
    const double value = std::min(top, 0.1 * static_cast<double>(i + 1));
    history.accuracy[i] = history.validation_accuracy[i] = value;
  }
  return history;
}

GradientCheck sound(std::int64_t epoch) { return {epoch, 1, 1, 0.1, false, false}; }

std::vector<GradientCheck> sound_checks(std::int64_t epochs) {
  std::vector<GradientCheck> checks;
  for (std::int64_t epoch = 0; epoch < epochs; epoch += kCheckInterval)
    checks.push_back(sound(epoch));
  return checks;
}

std::optional<Detection> detected(const History& history, std::vector<GradientCheck> checks,
                                  std::size_t fewest_for_slow = 1) {
  return detect(history, checks,
                {0.6, static_cast<std::int64_t>(history.epochs()), fewest_for_slow});
}

TEST(Monitor, ATrainingThatGetsBetterHasNoProblem) {
  EXPECT_FALSE(detected(rising(0.9, 20), sound_checks(20)));
}

TEST(Monitor, LowAccuracyAloneIsNoProblem) {
  // It rises, but never to 0.6.
  EXPECT_FALSE(detected(rising(0.5, 20), sound_checks(20)));
}

TEST(Monitor, AFlatAccuracyIsSlowAtTheFirstCheckAfterThreeTenths) {
  const auto found = detected(flat(0.9, 20), sound_checks(20));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->problem, Problem::kSlow);
  EXPECT_EQ(found->epoch, 6);  // 7 entries of 20
  EXPECT_EQ(first_judged_epoch(20), 6);
}

TEST(Monitor, OfTooFewEpochsTheFirstIsAlwaysSlowUnlessTwoAreAskedFor) {
  const History one_of_three = rising(0.9, 3);
  const auto found = detected(one_of_three, sound_checks(3));
  ASSERT_TRUE(found);
  EXPECT_EQ(found->epoch, 0);
  // Its accuracy is below 0.6, which is nothing by itself.
  EXPECT_FALSE(detected(one_of_three, sound_checks(3), 2));
}

TEST(Monitor, LowAccuracyWithAGradientSymptomIsThatProblem) {
  const auto with = [](auto change) {
    std::vector<GradientCheck> checks = sound_checks(20);
    change(checks.front());  // counted from the first check, judged later
    return detected(rising(0.5, 20), checks);
  };
  EXPECT_EQ(with([](auto& c) { c.zero_share = 0.7; })->problem, Problem::kDying);
  EXPECT_EQ(with([](auto& c) { c.first_norm = 71; })->problem, Problem::kExploding);
  EXPECT_EQ(with([](auto& c) { c.first_norm = 9e-5, c.last_norm = 1; })->problem,
            Problem::kVanishing);
  // A large ratio with a small norm is needed for vanishing, strictly more than 70 for exploding.
  EXPECT_FALSE(with([](auto& c) { c.first_norm = 2e-4; }));
  EXPECT_FALSE(with([](auto& c) { c.first_norm = 70; }));
  EXPECT_FALSE(with([](auto& c) { c.zero_share = 0.69; }));
  // Dying comes before exploding, exploding before vanishing.
  EXPECT_EQ(with([](auto& c) { c.zero_share = 1, c.first_norm = 71; })->problem, Problem::kDying);
}

TEST(Monitor, WithoutALastGradientTheRatioIsInfiniteOrNothing) {
  std::vector<GradientCheck> checks = sound_checks(20);
  checks[0].last_norm = 0;
  EXPECT_EQ(detected(rising(0.5, 20), checks)->problem, Problem::kExploding);
  checks[0].first_norm = 0;
  EXPECT_FALSE(detected(rising(0.5, 20), checks));
  checks[0].zero_share = 1;
  EXPECT_EQ(detected(rising(0.5, 20), checks)->problem, Problem::kDying);
}

TEST(Monitor, NumbersThatAreNoneExplodeAtOnce) {
  for (const double bad : {kNan, kInfinity, 1e5}) {
    History history = rising(0.9, 20);
    history.validation_loss[3] = bad;
    const auto found = detected(history, sound_checks(20));
    ASSERT_TRUE(found) << bad;
    EXPECT_EQ(found->problem, Problem::kExploding);
    EXPECT_EQ(found->epoch, 3);
  }
  std::vector<GradientCheck> checks = sound_checks(20);
  checks[1].bad_gradient = true;
  checks[1].zero_share = kNan;
  EXPECT_EQ(detected(rising(0.9, 20), checks)->epoch, 3);
}

TEST(Monitor, OscillationIsAProblemOfGoodAccuraciesAlone) {
  History history = rising(0.7, 30);
  for (std::size_t i = 5; i < 30; ++i) history.accuracy[i] = i % 2 == 0 ? 0.8 : 0.7;
  EXPECT_EQ(detected(history, sound_checks(30))->problem, Problem::kOscillating);
  for (double& value : history.validation_accuracy) value = std::min(value, 0.5);
  EXPECT_FALSE(detected(history, sound_checks(30)));
}

TEST(Oscillation, CountsFallsByRankAndPlateausOnBothSides) {
  EXPECT_TRUE(oscillates({0.5, 0.8, 0.5, 0.8, 0.5}));
  EXPECT_FALSE(oscillates({0.5, 0.52, 0.5, 0.52, 0.5}));
  EXPECT_FALSE(oscillates({0.5, 0.5, 0.5, 0.5}));
  EXPECT_FALSE(oscillates({0.9}));
  EXPECT_FALSE(oscillates({}));
  // One fall in five epochs suffices, one in six does not.
  EXPECT_TRUE(oscillates({0.5, 0.8, 0.5, 0.6, 0.7}));
  EXPECT_FALSE(oscillates({0.5, 0.8, 0.5, 0.6, 0.7, 0.8}));
}

trainer::TrainingTrace trace_of(const std::vector<std::string>& names,
                                const std::vector<double>& row) {
  trainer::TrainingTrace trace;
  trace.checks.names = names;
  trace.checks.columns.resize(names.size());
  trace.checks.add_row(row);
  return trace;
}

TEST(Recording, TakesKernelsByNameOrEverySecond) {
  const auto trace =
      trace_of({"epoch", "gradients/0/kernel/norm", "gradients/0/kernel/zero",
                "gradients/0/kernel/bad", "gradients/0/kernel/count", "gradients/1/gamma/norm",
                "gradients/1/gamma/zero", "gradients/1/gamma/bad", "gradients/1/gamma/count",
                "gradients/2/kernel/norm", "gradients/2/kernel/zero", "gradients/2/kernel/bad",
                "gradients/2/kernel/count", "weights/0/kernel/norm", "weights/0/kernel/bad"},
               {3, 5, 0.5, 0, 90, 6, 1, 0, 10, 7, 0, 0, 100, 1, 0});
  const auto by_name = checks_of(trace, KernelRule::kByName).at(0);
  EXPECT_EQ(by_name.epoch, 3);
  EXPECT_EQ(by_name.first_norm, 5);
  EXPECT_EQ(by_name.last_norm, 7);
  EXPECT_DOUBLE_EQ(by_name.zero_share, 55.0 / 200);
  EXPECT_FALSE(by_name.bad_gradient || by_name.bad_weight);
  // The first and the third; with a bias behind the second kernel it would be the fourth's place.
  EXPECT_EQ(checks_of(trace, KernelRule::kEverySecond).at(0).last_norm, 7);
}

TEST(Recording, WhatCouldNotBeMeasuredIsBad) {
  const auto trace = trace_of(
      {"epoch", "gradients/0/kernel/norm", "gradients/0/kernel/zero", "gradients/0/kernel/bad",
       "gradients/0/kernel/count", "weights/0/kernel/norm", "weights/0/kernel/bad"},
      {0, kNan, 0, 0.25, 8, 1, 0.5});
  const auto check = checks_of(trace, KernelRule::kByName).at(0);
  EXPECT_TRUE(check.bad_gradient);
  EXPECT_TRUE(check.bad_weight);
}

}  // namespace
}  // namespace dlfix::eval::autotrainer
