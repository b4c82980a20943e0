// Histories out of traces, and each of the monitor's columns.
#include "eval/localisers/deepfd/monitor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "runs.h"
#include "trainer/support/errors.h"

namespace dlfix::eval::testing {
namespace {

using support::InputError;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const DeepFdQuirks kFaithful = deepfd_quirks(ToolReading::kFaithful);
const DeepFdQuirks kMended = deepfd_quirks(ToolReading::kMended);

std::size_t column(const std::string& name) {
  const auto& names = monitor_columns();
  return static_cast<std::size_t>(std::find(names.begin(), names.end(), name) - names.begin());
}

/// The values of a column over all checks.
std::vector<double> values(const std::vector<MonitorRow>& rows, const std::string& name) {
  std::vector<double> result;
  for (const MonitorRow& row : rows) result.push_back(row.at(column(name)));
  return result;
}

std::vector<double> values(const trainer::TrainingResult& training, const DeepFdQuirks& quirks,
                           const std::string& name) {
  const auto planned = static_cast<std::int64_t>(training.epochs.size());
  return values(monitor_rows(observe_run(training, true, planned), quirks), name);
}

/// A run of epochs alone, checked after each.
MonitoredRun epochs_only(std::vector<HistoryRecord> history, std::int64_t planned) {
  MonitoredRun run;
  run.planned_epochs = planned;
  for (std::size_t i = 0; i < history.size(); ++i) {
    history[i].after_epoch = true;
    MonitorCheck check;
    check.after_epoch = true;
    check.records = i + 1;
    run.checks.push_back(check);
  }
  run.history = std::move(history);
  return run;
}

std::vector<double> of_epochs(const std::vector<HistoryRecord>& history, const std::string& name,
                              const DeepFdQuirks& quirks = kMended, std::int64_t planned = 1) {
  return values(monitor_rows(epochs_only(history, planned), quirks), name);
}

TEST(RunHistory, BatchesAndEpochsShareOneList) {
  const MonitoredRun run = observe_run(good_training(2, 300, kFaithful), true, 2);
  ASSERT_EQ(run.history.size(), 602U);
  EXPECT_FALSE(run.history[299].after_epoch);
  EXPECT_FALSE(run.history[299].val_loss.has_value());
  EXPECT_TRUE(run.history[300].after_epoch);
  EXPECT_EQ(run.history[300].val_acc, 0.49);
  std::vector<std::size_t> records;
  for (const MonitorCheck& check : run.checks) records.push_back(check.records);
  EXPECT_EQ(records, (std::vector<std::size_t>{1, 257, 302, 558}));
  const MonitoredRun mended = observe_run(good_training(2, 300, kMended), true, 2);
  records.clear();
  for (const MonitorCheck& check : mended.checks) records.push_back(check.records);
  EXPECT_EQ(records, (std::vector<std::size_t>{1, 257, 301, 302, 558, 602}));
  ASSERT_EQ(run.checks[0].gradients.size(), 4U);
  EXPECT_EQ(run.checks[0].gradients[2].weight, "kernel");
  EXPECT_EQ(run.checks[0].weights.size(), 4U);
}

TEST(RunHistory, WhatWasNotMeasured) {
  auto training = good_training(1, 2, kFaithful);
  training.trace->batches.columns[3] = {kNan, kNan};
  training.epochs[0].metric = kNan;
  const MonitoredRun run = observe_run(training, false, 1);
  EXPECT_FALSE(run.history[0].acc.has_value());
  EXPECT_FALSE(run.history[2].acc.has_value());
  EXPECT_FALSE(run.history[2].val_loss.has_value());
  training.epochs[0].val_loss = kNan;  // it diverged
  EXPECT_TRUE(std::isnan(observe_run(training, true, 1).history[2].val_loss.value()));
}

TEST(RunHistory, TracesThatLackSomething) {
  trainer::TrainingResult none;
  EXPECT_THROW(observe_run(none, true, 1), InputError);
  auto training = good_training(1, 2, kFaithful);
  training.trace->batches = {};
  EXPECT_THROW(observe_run(training, true, 1), InputError);
  for (const std::string part : {"weights/", "gradients/", "gradients/0/kernel/norm"}) {
    auto lacking = good_training(1, 2, kFaithful);
    for (std::string& name : lacking.trace->checks.names) {
      if (name.starts_with(part)) name = "else";
    }
    EXPECT_THROW(observe_run(lacking, true, 1), InputError) << part;
  }
  auto shorter = good_training(3, 2, kFaithful);
  shorter.epochs.resize(1);
  EXPECT_THROW(observe_run(shorter, true, 1), InputError);
}

TEST(RunHistory, TheTraceAndTheFitThatAreAskedFor) {
  EXPECT_EQ(deepfd_trace(kFaithful).every_batches, 256);
  EXPECT_EQ(deepfd_trace(kFaithful).every_epochs, 0);
  EXPECT_EQ(deepfd_trace(kMended).every_epochs, 1);
  EXPECT_FALSE(deepfd_trace(kMended).probe_follows);
  const trainer::FitSpec fit = deepfd_fit({});
  ASSERT_EQ(fit.callbacks.size(), 1U);
  EXPECT_EQ(fit.callbacks[0].attributes["patience"], 3);
}

TEST(Monitor, BatchChecksNeverSeeValidation) {
  const auto rows = monitor_rows(observe_run(good_training(5, 3, kFaithful), true, 5), kFaithful);
  ASSERT_EQ(rows.size(), 5U);
  for (const char* name : {"not_converge", "test_not_well", "test_turn_bad", "sc_accuracy",
                           "weight_change_little", "val_loss", "val_acc"}) {
    for (const double value : values(rows, name)) EXPECT_EQ(value, 0) << name;
  }
  // The newest record is the first batch's; it is compared with the epoch before.
  EXPECT_NEAR(values(rows, "loss")[1], 1 - 0.03 * (1 + 1.0 / 3), 1e-12);
  EXPECT_NEAR(values(rows, "acc")[1], 0.465 + 0.02 * (1 + 1.0 / 3), 1e-12);
  EXPECT_EQ(values(rows, "decrease_acc"), (std::vector<double>{0, 1, 2, 3, 4}));
  EXPECT_EQ(values(rows, "increase_loss"), (std::vector<double>{0, 0, 0, 0, 0}));
}

TEST(Monitor, EpochChecksSeeValidation) {
  const auto rows = monitor_rows(observe_run(good_training(5, 3, kMended), true, 5), kMended);
  ASSERT_EQ(rows.size(), 10U);
  EXPECT_EQ(rows[1].at(column("val_acc")), 0.49);
  EXPECT_EQ(rows[1].at(column("val_loss")), 1.05);
  // Judged from 1.5 epochs on: accuracies are below 0.6 until the end.
  EXPECT_EQ(values(rows, "not_converge"), (std::vector<double>{0, 0, 0, 1, 1, 1, 1, 1, 1, 1}));
}

TEST(Monitor, DyingGradients) {
  auto training = good_training(4, 1, kFaithful);
  for (const char* tensor : {"0/kernel", "0/bias", "2/kernel"}) {
    set_statistic(training, std::string("gradients/") + tensor + "/zero", 2, 1);
  }
  // 300 of 400 entries are 0.
  EXPECT_EQ(values(training, kFaithful, "died_relu"), (std::vector<double>{0, 0, 1, 2}));
  set_statistic(training, "gradients/2/kernel/zero", 3, 0.79);  // 279: 69.75 %
  EXPECT_EQ(values(training, kFaithful, "died_relu"), (std::vector<double>{0, 0, 1, 1}));
}

TEST(Monitor, VanishingAndExplodingGradients) {
  auto training = good_training(4, 1, kFaithful);
  set_statistic(training, "gradients/0/kernel/norm", 1, 0.9e-4);
  set_statistic(training, "gradients/2/kernel/norm", 1, 0.05);
  EXPECT_EQ(values(training, kFaithful, "vanish_gradient"), (std::vector<double>{0, 0, 0, 0}));
  set_statistic(training, "gradients/2/kernel/norm", 2, 0.1);  // a ratio of 9e-4
  EXPECT_EQ(values(training, kFaithful, "vanish_gradient"), (std::vector<double>{0, 0, 1, 2}));
  set_statistic(training, "gradients/0/kernel/norm", 3, 7.1);
  EXPECT_EQ(values(training, kFaithful, "explode_gradient"), (std::vector<double>{0, 0, 0, 1}));
  set_statistic(training, "gradients/2/kernel/norm", 3, 0);
  EXPECT_EQ(values(training, kFaithful, "explode_gradient")[3], 1);  // infinite
  set_statistic(training, "gradients/0/kernel/norm", 3, 0);
  EXPECT_EQ(values(training, kFaithful, "explode_gradient")[3], 0);  // 0 / 0
}

TEST(Monitor, BrokenGradientsHideTheOthers) {
  auto training = good_training(4, 1, kFaithful);
  set_statistic(training, "gradients/0/kernel/norm", 0, 100);
  set_statistic(training, "gradients/2/bias/bad", 2, 0.01);
  EXPECT_EQ(values(training, kFaithful, "nan_gradient"), (std::vector<double>{0, 0, 1, 1}));
  EXPECT_EQ(values(training, kFaithful, "explode_gradient"), (std::vector<double>{1, 2, 2, 2}));
}

TEST(Monitor, OddGradientsEndThePublishedTool) {
  auto training = good_training(1, 1, kFaithful);
  auto& names = training.trace->checks.names;
  for (std::string& name : names) {
    if (name.starts_with("gradients/2/bias")) name = "else";
  }
  const MonitoredRun run = observe_run(training, true, 1);
  EXPECT_THROW(monitor_rows(run, kFaithful), InputError);
  EXPECT_EQ(monitor_rows(run, kMended).size(), 1U);
}

TEST(Monitor, Weights) {
  auto training = good_training(4, 1, kFaithful);
  set_statistic(training, "weights/0/kernel/min", 1, -5.1);
  set_statistic(training, "weights/2/kernel/max", 1, 6);
  EXPECT_EQ(values(training, kFaithful, "large_weight"), (std::vector<double>{0, 1, 2, 3}));
  set_statistic(training, "weights/0/bias/mean", 1, 0.25);
  set_statistic(training, "weights/2/bias/mean", 2, 0.25);
  set_statistic(training, "weights/2/bias/std", 0, 0);
  EXPECT_EQ(values(training, kFaithful, "cons_mean_weight"), (std::vector<double>{0, 0, 1, 3}));
  EXPECT_EQ(values(training, kFaithful, "cons_std_weight"), (std::vector<double>{0, 1, 2, 3}));
  set_statistic(training, "weights/2/bias/bad", 3, 0.5);
  EXPECT_EQ(values(training, kFaithful, "nan_weight"), (std::vector<double>{0, 0, 0, 1}));
  EXPECT_EQ(values(training, kFaithful, "cons_mean_weight"), (std::vector<double>{0, 0, 1, 1}));
}

TEST(Monitor, LossesThatAreLost) {
  auto training = good_training(4, 2, kFaithful);
  training.trace->batches.columns[2][4] = kNan;  // the first batch of the third epoch
  EXPECT_EQ(values(training, kFaithful, "nan_loss"), (std::vector<double>{0, 0, 1, 2}));
  // Nothing else is judged from there on.
  EXPECT_EQ(values(training, kFaithful, "decrease_acc"), (std::vector<double>{0, 1, 1, 1}));
  EXPECT_TRUE(std::isnan(values(training, kFaithful, "loss")[2]));
  const auto lost =
      of_epochs({{1, 0.5, 1, 0.5}, {1, 0.5, 1e5, 0.5}, {1, 0.5, 9e4, 0.5}}, "nan_loss");
  EXPECT_EQ(lost, (std::vector<double>{0, 1, 1}));  // the last value counts
  const auto first_is_absent = of_epochs({{1, 0.5, {}, {}}, {1, 0.5, kNan, 0.5}}, "nan_loss");
  EXPECT_EQ(first_is_absent, (std::vector<double>{0, 0}));
  const auto accuracy = of_epochs({{1, INFINITY, {}, {}}, {1, 0.5, {}, {}}}, "nan_acc");
  EXPECT_EQ(accuracy, (std::vector<double>{1, 2}));
}

TEST(Monitor, JudgedFromAThirdOfTheEpochsOn) {
  std::vector<HistoryRecord> history(5, HistoryRecord{1, 0.5, 1, 0.5});
  EXPECT_EQ(of_epochs(history, "not_converge", kMended, 10), (std::vector<double>{0, 0, 1, 1, 1}));
  EXPECT_EQ(of_epochs(history, "sc_accuracy", kMended, 10), (std::vector<double>{0, 0, 1, 1, 1}));
  for (HistoryRecord& record : history) record.val_acc.reset();
  EXPECT_EQ(of_epochs(history, "not_converge", kMended, 10), std::vector<double>(5, 0));
}

TEST(Monitor, AccuraciesThatDoNotRise) {
  // Flags stay; 0.61 is good enough, and a gain of 0.01 is one.
  EXPECT_EQ(of_epochs({{1, 0.61, 1, 0.59}, {1, 0.62, 1, 0.7}}, "not_converge"),
            (std::vector<double>{1, 1}));
  EXPECT_EQ(of_epochs({{1, 0.61, 1, 0.61}, {1, 0.62, 1, 0.7}}, "not_converge"),
            (std::vector<double>{0, 0}));
  EXPECT_EQ(of_epochs({{1, 0.2, 1, 0.5}, {1, 0.5, 1, 0.4}}, "sc_accuracy"),
            (std::vector<double>{1, 1}));
  EXPECT_EQ(of_epochs({{1, 0.2, 1, 0.5}}, "sc_accuracy"), (std::vector<double>{1}));
}

TEST(Monitor, TheTestIsWorse) {
  EXPECT_EQ(
      of_epochs({{1, 0.90, 1, 0.79}, {1, 0.90, 1, 0.81}, {1, 0.95, 1, 0.87}, {1, 0.95, 1, 0.89}},
                "test_not_well"),
      (std::vector<double>{1, 1, 2, 2}));
  // Falling loss, rising validation loss: twice, then not.
  const std::vector<HistoryRecord> history = {
      {1.0, 0.7, 1.0, 0.7}, {0.9, 0.7, 1.1, 0.7}, {0.8, 0.7, 1.2, 0.7}, {0.7, 0.7, 1.205, 0.7}};
  EXPECT_EQ(of_epochs(history, "test_turn_bad"), (std::vector<double>{0, 1, 2, 0}));
  EXPECT_EQ(of_epochs(history, "test_turn_bad", {.newest_pair_only = true}),
            (std::vector<double>{0, 1, 1, 0}));
}

TEST(Monitor, SwingingAccuracies) {
  EXPECT_TRUE(accuracies_swing({0.5, 0.6, 0.5, 0.6, 0.5, 0.6}));  // 2 of 6
  EXPECT_FALSE(accuracies_swing({0.5, 0.52, 0.5, 0.52, 0.5, 0.52}));
  EXPECT_FALSE(accuracies_swing({0.5, 0.6, 0.7, 0.8}));
  EXPECT_FALSE(accuracies_swing({}));
  EXPECT_FALSE(accuracies_swing({0.5}));
  // Plateaus are both a maximum and a minimum, so that nothing lies between them.
  EXPECT_FALSE(accuracies_swing({0.5, 0.5, 0.5, 0.5, 0.5}));
  // One wide pair is enough for five values, not for six.
  EXPECT_TRUE(accuracies_swing({0.5, 0.6, 0.5, 0.51, 0.52}));
  EXPECT_FALSE(accuracies_swing({0.5, 0.6, 0.5, 0.51, 0.52, 0.53}));
  // Four wide pairs are a fifth of twenty values.
  std::vector<double> values{0.5, 0.6, 0.5, 0.6, 0.5, 0.6, 0.5, 0.6, 0.5};
  while (values.size() < 20) values.push_back(values.back() + 0.02);
  EXPECT_TRUE(accuracies_swing(values));
  values.push_back(values.back() + 0.02);
  EXPECT_FALSE(accuracies_swing(values));
  EXPECT_EQ(of_epochs({{1, 0.5}, {1, 0.6}, {1, 0.5}, {1, 0.6}, {1, 0.7}}, "unstable_loss"),
            (std::vector<double>{0, 0, 0, 1, 1}));
}

TEST(Monitor, ShortRuns) {
  EXPECT_TRUE(monitor_rows({}, kMended).empty());
  MonitoredRun empty_history;
  empty_history.checks.resize(2);
  EXPECT_EQ(monitor_rows(empty_history, kMended).size(), 2U);
}

}  // namespace
}  // namespace dlfix::eval::testing
