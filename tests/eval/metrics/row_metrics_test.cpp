#include "eval/metrics/row_metrics.h"

#include <gtest/gtest.h>

#include <cmath>

#include "eval/metrics/baseline.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using Rows = std::vector<std::int64_t>;

trainer::EvaluationResult evaluation() {
  trainer::EvaluationResult result;
  result.row_values = {1, 0, 1, 1};
  result.classes = {0, 1, 1, 0};
  result.scores = {0.1F, 0.8F, 0.7F, 0.2F};
  return result;
}

TEST(MetricOnRows, MeanOfTheChosenRows) {
  EXPECT_DOUBLE_EQ(metric_on_rows(evaluation(), "accuracy", all_rows(4), nullptr), 0.75);
  EXPECT_DOUBLE_EQ(metric_on_rows(evaluation(), "loss", Rows{1, 2}, nullptr), 0.5);
  EXPECT_TRUE(std::isnan(metric_on_rows(evaluation(), "accuracy", {}, nullptr)));
  EXPECT_THROW(metric_on_rows(evaluation(), "mae", Rows{4}, nullptr), support::InputError);
  EXPECT_THROW(metric_on_rows(evaluation(), "f1", Rows{0}, nullptr), support::InputError);
}

TEST(MetricOnRows, ClassMetricsUseTheLabels) {
  const Labels labels{1, {0, 0, 1, 0}};
  // class 0: 2 hits, 3 true, 2 predicted -> 0.8; class 1: 1 hit, 1 true, 2 predicted -> 2/3
  EXPECT_NEAR(metric_on_rows(evaluation(), "f1", all_rows(4), &labels), (0.8 + 2.0 / 3) / 2, 1e-12);
  // the positive scores 0.7; negatives 0.1, 0.8, 0.2: two of three below
  EXPECT_NEAR(metric_on_rows(evaluation(), "auc", all_rows(4), &labels), 2.0 / 3, 1e-12);
  const Labels one_hot{2, {1, 0, 1, 0, 0, 1, 1, 0}};
  EXPECT_NEAR(metric_on_rows(evaluation(), "auc", all_rows(4), &one_hot), 2.0 / 3, 1e-12);
  EXPECT_TRUE(std::isnan(metric_on_rows(evaluation(), "auc", Rows{0, 1}, &labels)));
}

TEST(Labels, ClassesAndSelection) {
  const Labels one_hot{3, {0, 1, 0, 0, 0, 1}};
  EXPECT_EQ(one_hot.rows(), 2);
  EXPECT_EQ(one_hot.class_of(1), 2);
  EXPECT_EQ(select_rows(one_hot, Rows{1}).values, (std::vector<double>{0, 0, 1}));
  EXPECT_THROW(select_rows(one_hot, Rows{2}), support::InputError);
}

TEST(ConstantBaseline, MajorityClassComesFromTraining) {
  const Labels training{1, {1, 1, 1, 0}};
  const Labels evaluation_labels{1, {0, 0, 0, 1}};
  const Baseline accuracy = constant_baseline("accuracy", "", training, evaluation_labels);
  EXPECT_DOUBLE_EQ(accuracy.value, 0.25);
  EXPECT_GT(accuracy.noise, 0.1);
  EXPECT_DOUBLE_EQ(constant_baseline("auc", "", training, evaluation_labels).value, 0.5);
  EXPECT_NEAR(constant_baseline("f1", "", training, evaluation_labels).value, 0.2, 1e-12);
  const double loss =
      constant_baseline("loss", "binary_crossentropy", training, evaluation_labels).value;
  EXPECT_NEAR(loss, -(3 * std::log(0.25) + std::log(0.75)) / 4, 1e-12);
}

TEST(ConstantBaseline, MeanForErrors) {
  const Labels training{1, {1, 3}};
  const Labels evaluation_labels{1, {2, 5}};
  EXPECT_DOUBLE_EQ(constant_baseline("mae", "", training, evaluation_labels).value, 1.5);
  EXPECT_DOUBLE_EQ(constant_baseline("mse", "", training, evaluation_labels).value, 4.5);
  EXPECT_DOUBLE_EQ(
      constant_baseline("loss", "mean_absolute_error", training, evaluation_labels).value, 1.5);
  EXPECT_TRUE(std::isnan(constant_baseline("mae", "", {}, evaluation_labels).value));
}

}  // namespace
}  // namespace dlfix::eval
