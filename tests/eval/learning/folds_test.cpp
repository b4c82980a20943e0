// Folds and the measures over groups, by hand.
#include "eval/learning/folds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "eval/learning/balanced_accuracy.h"
#include "eval/statistics/cluster_bootstrap.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using support::InputError;

TEST(Folds, AGroupIsHeldOutAsAWhole) {
  const std::vector<std::string> groups{"a", "b", "a", "c", "c", "c", "d"};
  const FoldOfItem fold = group_folds(groups, 3);
  EXPECT_EQ(fold, (FoldOfItem{1, 2, 1, 0, 0, 0, 2}));  // c alone, a, then d and b
  EXPECT_EQ(std::set<int>(fold.begin(), fold.end()).size(), 3U);
  const FoldOfItem each = group_folds(groups, 10);  // leave one group out
  EXPECT_EQ(std::set<int>(each.begin(), each.end()).size(), 4U);
  EXPECT_THROW(group_folds({"a", "a"}, 2), InputError);
  EXPECT_THROW(group_folds(groups, 1), InputError);
  EXPECT_THROW(group_folds({}, 2), InputError);
}

TEST(Folds, EveryGroupIsInEveryTrainingSet) {
  std::vector<std::string> groups;
  std::vector<std::string> strata;
  for (int i = 0; i < 40; ++i) {
    groups.push_back(i < 20 ? "a" : "b");
    strata.push_back(i % 4 == 0 ? "lr" : "opt");
  }
  const FoldOfItem fold = folds_within_groups(groups, strata, 5, 3);
  std::map<std::pair<std::string, int>, int> held;
  std::map<std::pair<std::string, int>, int> of_stratum;
  for (std::size_t i = 0; i < fold.size(); ++i) {
    ++held[{groups[i], fold[i]}];
    ++of_stratum[{groups[i] + strata[i], fold[i]}];
  }
  for (const auto& [key, count] : held) EXPECT_EQ(count, 4);
  EXPECT_EQ(of_stratum.size(), 20U);  // each fold has each stratum of each group
  EXPECT_EQ(fold, folds_within_groups(groups, strata, 5, 3));
  EXPECT_NE(fold, folds_within_groups(groups, strata, 5, 4));
  EXPECT_THROW(folds_within_groups(groups, {"x"}, 5, 3), InputError);
}

TEST(Folds, RowsAtRandom) {
  const FoldOfItem fold = random_folds(11, 3, 1);
  std::map<int, int> sizes;
  for (const int f : fold) ++sizes[f];
  EXPECT_EQ(sizes, (std::map<int, int>{{0, 4}, {1, 4}, {2, 3}}));
  EXPECT_THROW(random_folds(2, 3, 1), InputError);
}

TEST(BalancedAccuracy, OutputsOfOneClassAreNamedAndLeftOut) {
  // First output: sensitivity 1/2, specificity 2/3. Second: one class. Third: all right.
  const std::vector<LabelRow> truth{{1, 0, 0}, {1, 0, 1}, {0, 0, 0}, {0, 0, 1}, {0, 0, 0}};
  const std::vector<LabelRow> said{{1, 1, 0}, {0, 0, 1}, {1, 0, 0}, {0, 0, 1}, {0, 0, 0}};
  const OutputAccuracies result = output_accuracies(truth, said);
  EXPECT_NEAR(result.outputs[0].value(), 7.0 / 12, 1e-12);
  EXPECT_FALSE(result.outputs[1].has_value());
  EXPECT_EQ(result.outputs[2].value(), 1);
  EXPECT_NEAR(result.macro, (7.0 / 12 + 1) / 2, 1e-12);
  EXPECT_TRUE(std::isnan(output_accuracies({}, {}).macro));
  EXPECT_THROW(output_accuracies(truth, {}), InputError);
  EXPECT_THROW(output_accuracies({{1}, {0}}, {{1}, {0, 1}}), InputError);
}

TEST(ClusterBootstrap, WholeClustersAreDrawn) {
  // Two clusters whose statistic is 0 and 1: a draw's mean is 0, 1/2 or 1.
  const auto mean_number = [](std::span<const std::size_t> drawn) {
    double sum = 0;
    for (const std::size_t cluster : drawn) sum += static_cast<double>(cluster);
    return sum / static_cast<double>(drawn.size());
  };
  const Interval two = bootstrap_clusters(2, mean_number, {});
  EXPECT_EQ(two.low, 0);
  EXPECT_EQ(two.high, 1);
  // Many clusters: the mean of 0..n-1 has standard error sqrt((n^2 - 1) / 12 / n).
  const Interval many = bootstrap_clusters(400, mean_number, {.seed = 2});
  const double error = std::sqrt((400.0 * 400 - 1) / 12 / 400);
  EXPECT_NEAR(many.low, 199.5 - 1.96 * error, 0.1 * error);
  EXPECT_NEAR(many.high, 199.5 + 1.96 * error, 0.1 * error);
  EXPECT_TRUE(std::isnan(bootstrap_clusters(0, mean_number, {}).low));
  const auto undefined = [](std::span<const std::size_t>) { return std::nan(""); };
  EXPECT_TRUE(std::isnan(bootstrap_clusters(5, undefined, {}).high));
}

TEST(ClusterBootstrap, OneGroupRightAndOneWrong) {
  const std::vector<LabelRow> truth{{1}, {0}, {1}, {0}};
  const std::vector<LabelRow> said{{1}, {0}, {0}, {1}};
  const Interval apart = macro_accuracy_interval(truth, said, {4, 4, 9, 9}, {});
  EXPECT_EQ(apart.low, 0);
  EXPECT_EQ(apart.high, 1);
  const Interval one = macro_accuracy_interval(truth, said, {4, 4, 4, 4}, {});
  EXPECT_EQ(one.low, 0.5);
  EXPECT_EQ(one.high, 0.5);
  EXPECT_THROW(macro_accuracy_interval(truth, said, {4}, {}), InputError);
}

}  // namespace
}  // namespace dlfix::eval
