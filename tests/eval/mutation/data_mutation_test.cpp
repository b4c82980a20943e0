// Plans for training rows, by hand.
#include "eval/mutation/data_mutation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "eval/statistics/descriptive.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using support::InputError;

/// 10 rows of class 0, 20 of class 1, 6 of class 2.
TrainingLabels classes() {
  TrainingLabels labels;
  for (int row = 0; row < 36; ++row) labels.classes.push_back(row < 10 ? 0 : row < 30 ? 1 : 2);
  return labels;
}

TrainingLabels targets(std::size_t outputs = 1) {
  TrainingLabels labels;
  for (int row = 0; row < 40; ++row) {
    labels.targets.emplace_back(outputs, row < 8 ? -3.0 : row < 32 ? 0.0 : 3.0);
  }
  return labels;
}

/// How many planned rows have each of the program's classes.
std::map<int, int> sources(const DataPlan& plan, const TrainingLabels& labels) {
  std::map<int, int> counts;
  for (const PlannedRow& row : plan.rows) {
    ++counts[labels.classes[static_cast<std::size_t>(row.source)]];
  }
  return counts;
}

TEST(DataMutation, LabelsOfTheMostFrequentClass) {
  const DataPlan plan = plan_data_change({"TCL", 50}, classes(), 1);
  ASSERT_EQ(plan.rows.size(), 36U);
  int changed = 0;
  std::set<int> others;
  for (std::size_t row = 0; row < plan.rows.size(); ++row) {
    EXPECT_EQ(plan.rows[row].source, static_cast<std::int64_t>(row));
    if (plan.rows[row].label < 0) continue;
    ++changed;
    EXPECT_EQ(classes().classes[row], 1);
    others.insert(plan.rows[row].label);
  }
  EXPECT_EQ(changed, 10);
  EXPECT_EQ(others, (std::set<int>{0, 2}));
  EXPECT_EQ(plan.rows, plan_data_change({"TCL", 50}, classes(), 1).rows);
  EXPECT_NE(plan.rows, plan_data_change({"TCL", 50}, classes(), 2).rows);
}

TEST(DataMutation, Deleting) {
  const auto left = sources(plan_data_change({"TRD", 55}, classes(), 1), classes());
  EXPECT_EQ(left, (std::map<int, int>{{0, 5}, {1, 9}, {2, 3}}));  // 5.5, 11, 3.3 rows go
  const auto unbalanced = sources(plan_data_change({"TUD", 50}, classes(), 1), classes());
  EXPECT_EQ(unbalanced, (std::map<int, int>{{0, 5}, {1, 20}, {2, 3}}));  // the average is 12
  const auto gone = sources(plan_data_change({"TUD", 100}, classes(), 1), classes());
  EXPECT_EQ(gone, (std::map<int, int>{{1, 20}}));
}

TEST(DataMutation, Overlap) {
  const DataPlan plan = plan_data_change({"TCO", 25}, classes(), 1);
  ASSERT_EQ(plan.rows.size(), 41U);
  for (std::size_t row = 36; row < 41; ++row) {
    EXPECT_EQ(classes().classes[static_cast<std::size_t>(plan.rows[row].source)], 1);
    EXPECT_EQ(plan.rows[row].label, 0);
  }
}

TEST(DataMutation, Noise) {
  const DataPlan plan = plan_data_change({"TAN", 25}, classes(), 1);
  const auto noisy = std::count_if(plan.rows.begin(), plan.rows.end(),
                                   [](const PlannedRow& row) { return row.noisy; });
  EXPECT_EQ(noisy, 9);
  std::vector<float> sample(2000);
  for (std::size_t i = 0; i < sample.size(); ++i) sample[i] = i % 2 == 0 ? 4 : -4;
  const std::vector<float> before = sample;
  RandomStream random(5);
  add_noise(sample, 50, random);
  std::vector<double> difference;
  for (std::size_t i = 0; i < sample.size(); ++i) difference.push_back(sample[i] - before[i]);
  EXPECT_NEAR(population_sd(difference), 2, 0.1);
  EXPECT_NEAR(mean(difference), 0, 0.15);
}

TEST(DataMutation, Regression) {
  const DataPlan plan = plan_data_change({"TCL", 50}, targets(2), 1);
  ASSERT_EQ(plan.rows.size(), 40U);
  std::vector<double> difference;
  for (std::size_t row = 0; row < 40; ++row) {
    ASSERT_EQ(plan.rows[row].target.size(), 2U);
    for (const std::size_t output : {0U, 1U}) {
      difference.push_back(plan.rows[row].target[output] - targets(2).targets[row][output]);
    }
  }
  const double sd = std::sqrt(16 * 9.0 / 40);
  EXPECT_NEAR(population_sd(difference), 0.5 * sd, 0.15 * sd);
  EXPECT_EQ(plan_data_change({"TRD", 50}, targets(), 1).rows.size(), 20U);
  EXPECT_FALSE(plan_data_change({"TUD", 50}, targets(), 1).why_not.empty());
  EXPECT_FALSE(plan_data_change({"TCO", 50}, targets(), 1).why_not.empty());
  EXPECT_FALSE(plan_data_change({"TRD", 50}, targets(3), 1).why_not.empty());
}

TEST(DataMutation, Buckets) {
  // sd of -3, 0, 3 is 2.45: below, within, above.
  EXPECT_EQ(regression_buckets({{-3}, {0}, {3}}), (std::vector<int>{0, 1, 2}));
  EXPECT_EQ(regression_buckets({{-3, 3}, {0, 0}, {3, -3}}), (std::vector<int>{2, 4, 6}));
  EXPECT_FALSE(regression_buckets({{1, 2, 3}}).has_value());
  EXPECT_FALSE(regression_buckets({}).has_value());
  // Not centred: all far from zero.
  EXPECT_EQ(regression_buckets({{10}, {11}}), (std::vector<int>{2, 2}));
}

TEST(DataMutation, WhatCannotBe) {
  EXPECT_THROW(plan_data_change({"ACH", 50}, classes(), 1), InputError);
  EXPECT_THROW(plan_data_change({"TCL", -1}, classes(), 1), InputError);
  EXPECT_THROW(plan_data_change({"TCL", NAN}, classes(), 1), InputError);
  EXPECT_THROW(plan_data_change({"TCL", 50}, {}, 1), InputError);
  EXPECT_THROW(plan_data_change({"TCL", 50}, {{1}, {{1}}}, 1), InputError);
  EXPECT_THROW(plan_data_change({"TCL", 50}, {{}, {{1}, {1, 2}}}, 1), InputError);
  EXPECT_THROW(plan_data_change({"TCL", 50}, {{}, {{NAN}}}, 1), InputError);
  const TrainingLabels one{{1, 1, 1}, {}};
  for (const char* operation : {"TCL", "TUD", "TCO"}) {
    const DataPlan plan = plan_data_change({operation, 50}, one, 1);
    EXPECT_FALSE(plan.why_not.empty()) << operation;
    EXPECT_TRUE(plan.rows.empty());
  }
}

}  // namespace
}  // namespace dlfix::eval
