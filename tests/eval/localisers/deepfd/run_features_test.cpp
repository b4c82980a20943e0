// Statistics of columns and the two forms of the feature vector.
#include "eval/localisers/deepfd/run_features.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "eval/localisers/deepfd/curvature_features.h"
#include "runs.h"
#include "trainer/support/errors.h"

namespace dlfix::eval::testing {
namespace {

using support::InputError;
using Statistics = std::array<double, kColumnStatistics>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
const DeepFdQuirks kFaithful = deepfd_quirks(ToolReading::kFaithful);
const DeepFdQuirks kMended = deepfd_quirks(ToolReading::kMended);

void expect_near(const Statistics& found, const Statistics& expected) {
  for (std::size_t i = 0; i < found.size(); ++i) EXPECT_NEAR(found[i], expected[i], 1e-12) << i;
}

double feature(const FeatureRow& row, const DeepFdQuirks& quirks, const std::string& name) {
  const auto names = feature_names(quirks);
  const auto found = std::find(names.begin(), names.end(), name);
  EXPECT_NE(found, names.end()) << name;
  return row.at(static_cast<std::size_t>(found - names.begin()));
}

/// Rows whose column k is (k + 1) * (check + 1)^2.
std::vector<MonitorRow> known_rows(int checks) {
  std::vector<MonitorRow> rows(static_cast<std::size_t>(checks));
  for (int check = 0; check < checks; ++check) {
    for (std::size_t k = 0; k < kMonitorColumns; ++k) {
      rows[static_cast<std::size_t>(check)].at(k) =
          static_cast<double>(k + 1) * (check + 1) * (check + 1);
    }
  }
  return rows;
}

// Values of pandas 1.5.3: Series.mean, std, skew, median, var, sem, max, min.
TEST(ColumnStatistics, AsPandas) {
  expect_near(column_statistics({3, 1, 4, 1, 5, 9, 2, 6}),
              {3.875, 2.748376143938713, 0.8335031385336659, 3.5, 7.553571428571429,
               0.9716977043151993, 9, 1});
  expect_near(column_statistics({1, kNan, 2, 4}), {7.0 / 3, 1.5275252316519465, 0.9352195295828237,
                                                   2, 7.0 / 3, 0.8819171036881968, 4, 1});
}

TEST(ColumnStatistics, UndefinedIsZero) {
  expect_near(column_statistics({2, 2, 2, 2}), {2, 0, 0, 2, 0, 0, 2, 2});
  expect_near(column_statistics({7}), {7, 0, 0, 7, 0, 0, 7, 7});
  expect_near(column_statistics({1, 3}), {2, std::sqrt(2.0), 0, 2, 2, 1, 3, 1});
  expect_near(column_statistics({kNan, kNan}), {});
  expect_near(column_statistics({}), {});
  const Statistics infinite = column_statistics({1, INFINITY, 3});
  EXPECT_EQ(infinite[0], 0);
  EXPECT_EQ(infinite[3], 3);
  EXPECT_EQ(infinite[6], 0);
  EXPECT_EQ(infinite[7], 1);
}

TEST(RunFeatures, NamesOfBothForms) {
  const auto mended = feature_names(kMended);
  ASSERT_EQ(mended.size(), 196U);
  EXPECT_EQ(mended[0], "ft_val_loss");
  EXPECT_EQ(mended[3], "ft_accuracy");
  EXPECT_EQ(mended[4], "ft_not_converge_mean");
  EXPECT_EQ(mended[11], "ft_not_converge_min");
  EXPECT_EQ(mended[179], "ft_val_acc_min");
  EXPECT_EQ(mended[195], "ft_stability_min");
  const auto faithful = feature_names(kFaithful);
  ASSERT_EQ(faithful.size(), 148U);
  EXPECT_EQ(faithful[147], "ft_nan_acc_min");
}

TEST(RunFeatures, ThePublishedVectorIsShiftedByFourColumns) {
  const auto rows = known_rows(3);
  const FeatureRow clear = features_of_rows(rows, {1, 2, 3, 4}, kMended);
  const FeatureRow shifted = features_of_rows(rows, {1, 2, 3, 4}, kFaithful);
  ASSERT_EQ(clear.size(), 180U);
  ASSERT_EQ(shifted.size(), 148U);
  for (std::size_t i = 0; i < 4; ++i) EXPECT_EQ(shifted[i], clear[i]);
  const auto same = [&](const std::string& name, const std::string& really) {
    EXPECT_EQ(feature(shifted, kFaithful, name), feature(clear, kMended, really)) << name;
  };
  same("ft_cons_mean_weight_std", "ft_acc_std");
  same("ft_increase_loss_skew", "ft_loss_skew");
  same("ft_nan_gradient_max", "ft_decrease_acc_max");
  same("ft_not_converge_mean", "ft_test_turn_bad_mean");
  same("ft_nan_acc_sem", "ft_val_acc_sem");
}

TEST(RunFeatures, CountersThatFireLateAreText) {
  std::vector<MonitorRow> rows(4);
  rows[1][6] = rows[2][6] = 1;
  rows[3][6] = 2;
  // Column 6 stands under the name of column 2.
  const auto of = [&](const std::string& statistic) {
    return feature(features_of_rows(rows, {}, kFaithful), kFaithful, "ft_nan_loss_" + statistic);
  };
  EXPECT_EQ(of("mean"), 0);
  EXPECT_EQ(of("var"), 0);
  EXPECT_EQ(of("max"), 0);
  EXPECT_EQ(of("min"), 1);
  EXPECT_EQ(feature(features_of_rows(rows, {}, kMended), kMended, "ft_died_relu_mean"), 1);
  rows[0][6] = 1;  // from the first check on: numbers
  EXPECT_EQ(of("max"), 2);
  EXPECT_EQ(of("mean"), 1.25);
}

TEST(RunFeatures, OfAWholeRun) {
  const MonitoredRun run = observe_run(good_training(5, 3, kMended), true, 5);
  const FeatureRow row = run_features(run, kMended);
  EXPECT_EQ(feature(row, kMended, "ft_val_loss"), 1.05 - 0.12);
  EXPECT_EQ(feature(row, kMended, "ft_val_accuracy"), 0.49 + 0.08);
  EXPECT_EQ(feature(row, kMended, "ft_loss"), 0.985 - 0.12);
  EXPECT_EQ(feature(row, kMended, "ft_accuracy"), 0.58);
  EXPECT_EQ(feature(row, kMended, "ft_val_acc_max"), 0.57);
  EXPECT_EQ(feature(row, kMended, "ft_val_acc_min"), 0);  // checks after batches
  EXPECT_NEAR(feature(row, kMended, "ft_not_converge_mean"), 0.7, 1e-12);
}

TEST(RunFeatures, LossesThatAreNoNumbers) {
  auto training = good_training(5, 1, kFaithful);
  for (std::size_t batch = 2; batch < 5; ++batch) training.trace->batches.columns[2][batch] = kNan;
  training.epochs[4].loss = kNan;
  training.epochs[4].val_loss = INFINITY;
  const FeatureRow row = run_features(observe_run(training, true, 5), kFaithful);
  for (const double value : row) EXPECT_TRUE(std::isfinite(value));
  EXPECT_EQ(feature(row, kFaithful, "ft_loss"), 0);
  EXPECT_EQ(feature(row, kFaithful, "ft_val_loss"), 0);
  // The column "loss": NaN entries are left out.
  EXPECT_NEAR(feature(row, kFaithful, "ft_increase_loss_mean"), (0.97 + 0.94) / 2, 1e-12);
}

TEST(RunFeatures, ShortRuns) {
  const FeatureRow one =
      run_features(observe_run(good_training(1, 1, kFaithful), true, 1), kFaithful);
  EXPECT_EQ(one.size(), 148U);
  EXPECT_THROW(run_features({}, kMended), InputError);
  EXPECT_THROW(features_of_rows({}, {}, kMended), InputError);
}

TEST(CurvatureFeatures, AreOfTheChecksThatHaveOne) {
  auto training = good_training(3, 4, deepfd_quirks(ToolReading::kMended));
  EXPECT_EQ(curvature_feature_names().size(), 16U);
  EXPECT_EQ(curvature_features(observe_run(training, true, 3)), FeatureRow(16, 0.0));
  auto& checks = training.trace->checks;
  checks.names.push_back("curvature");
  checks.columns.emplace_back(checks.rows(), 40.0);
  checks.columns.back()[0] = std::nan("");
  checks.columns.back()[1] = 1e30;
  for (auto& epoch : training.epochs) epoch.learning_rate = 0.5;
  const FeatureRow features = curvature_features(observe_run(training, true, 3));
  const auto& names = curvature_feature_names();
  const auto at = [&](const std::string& name) {
    return features[static_cast<std::size_t>(std::ranges::find(names, name) - names.begin())];
  };
  EXPECT_EQ(at("ft_curvature_median"), 40);
  EXPECT_EQ(at("ft_curvature_max"), 1e6);
  EXPECT_EQ(at("ft_stability_min"), 20);
}

}  // namespace
}  // namespace dlfix::eval::testing
