// What has no value in SciPy or is a convention of ours.
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>
#include <vector>

#include "eval/statistics/bootstrap.h"
#include "eval/statistics/descriptive.h"
#include "eval/statistics/effect_size.h"
#include "eval/statistics/random_stream.h"
#include "eval/statistics/wilcoxon.h"

namespace dlfix::eval {
namespace {

using Sample = std::vector<double>;

TEST(Wilcoxon, AllDifferencesZeroIsNoEvidence) {
  EXPECT_EQ(wilcoxon_signed_rank(Sample{1, 2}, Sample{1, 2}).p_value, 1.0);
  EXPECT_EQ(wilcoxon_signed_rank(Sample{}, Sample{}).p_value, 1.0);
}

TEST(Wilcoxon, TenPairsOneWayHaveThePublishedSmallestP) {
  Sample first(10, 0.0);
  Sample second;
  for (int i = 1; i <= 10; ++i) second.push_back(i);
  const WilcoxonResult result = wilcoxon_signed_rank(first, second);
  EXPECT_TRUE(result.exact);
  EXPECT_DOUBLE_EQ(result.p_value, 2.0 / 1024);
}

TEST(Wilcoxon, NanAndLengths) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(std::isnan(wilcoxon_signed_rank(Sample{nan}, Sample{1}).p_value));
  EXPECT_THROW(wilcoxon_signed_rank(Sample{1}, Sample{1, 2}), std::invalid_argument);
}

TEST(CohensD, ConstantSamples) {
  EXPECT_EQ(cohens_d(Sample{1, 1}, Sample{1, 1}), 0.0);
  EXPECT_EQ(cohens_d(Sample{1, 1}, Sample{2, 2}), std::numeric_limits<double>::infinity());
  EXPECT_EQ(cohens_d(Sample{2, 2}, Sample{1, 1}), -std::numeric_limits<double>::infinity());
  EXPECT_TRUE(std::isnan(cohens_d(Sample{1}, Sample{2, 3})));
}

TEST(Bootstrap, SameSeedSameInterval) {
  Sample first;
  Sample second;
  RandomStream random(3);
  for (int i = 0; i < 200; ++i) {
    first.push_back(random.uniform());
    second.push_back(random.uniform() + 0.5);
  }
  const Interval paired = bootstrap_paired(first, second, {.seed = 9});
  const Interval again = bootstrap_paired(first, second, {.seed = 9});
  EXPECT_EQ(paired.low, again.low);
  EXPECT_EQ(paired.high, again.high);
  EXPECT_TRUE(paired.excludes_zero());
  // The standard error of the mean difference is 0.41 / sqrt(200) = 0.029; 95 % is about +-0.057.
  const double truth = mean(second) - mean(first);
  EXPECT_NEAR(paired.high - paired.low, 2 * 1.96 * 0.029, 0.02);
  EXPECT_LT(paired.low, truth);
  EXPECT_GT(paired.high, truth);
}

TEST(Bootstrap, UnpairedIsWiderWhereRowsMoveTogether) {
  Sample first;
  Sample second;
  RandomStream random(4);
  for (int i = 0; i < 150; ++i) {
    first.push_back(random.uniform() * 10);
    second.push_back(first.back() + 0.2);
  }
  EXPECT_TRUE(bootstrap_paired(first, second, {}).excludes_zero());
  EXPECT_FALSE(bootstrap_unpaired(first, second, {}).excludes_zero());
}

TEST(Bootstrap, NoRowsNoInterval) {
  EXPECT_TRUE(std::isnan(bootstrap_paired(Sample{}, Sample{}, {}).low));
  EXPECT_THROW(bootstrap_paired(Sample{1}, Sample{}, {}), std::invalid_argument);
}

TEST(RandomStream, StreamsAreIndependentAndUniform) {
  std::set<std::uint64_t> firsts;
  for (std::uint64_t stream = 0; stream < 1000; ++stream) {
    firsts.insert(RandomStream(7, stream).next());
  }
  EXPECT_EQ(firsts.size(), 1000U);
  RandomStream random(7, 1);
  std::vector<int> counts(13, 0);
  for (int i = 0; i < 130000; ++i) ++counts[random.index(13)];
  double chi = 0;
  for (const int count : counts) chi += (count - 10000.0) * (count - 10000.0) / 10000.0;
  EXPECT_LT(chi, 32.9);  // chi-square, 12 degrees of freedom, p = 0.001
}

TEST(Descriptive, EmptyAndNan) {
  EXPECT_TRUE(std::isnan(mean(Sample{})));
  EXPECT_TRUE(std::isnan(median(Sample{})));
  EXPECT_TRUE(std::isnan(median(Sample{1, std::numeric_limits<double>::quiet_NaN()})));
}

}  // namespace
}  // namespace dlfix::eval
