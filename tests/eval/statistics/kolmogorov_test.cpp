#include "eval/statistics/kolmogorov.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dlfix::eval {
namespace {

std::vector<double> powers(int count, double exponent) {
  std::vector<double> values;
  for (int i = 1; i <= count; ++i)
    values.push_back(std::pow(static_cast<double>(i) / (count + 1), exponent));
  return values;
}

TEST(KolmogorovSmirnov, DistanceIsTheLargestGapOnEitherSide) {
  EXPECT_NEAR(uniform_distance({0.1, 0.4, 0.7, 0.75, 0.8, 0.95}), 0.3666667, 1e-6);
  EXPECT_NEAR(uniform_distance({0.95, 0.8, 0.1, 0.7, 0.4, 0.75}), 0.3666667, 1e-6);
  EXPECT_DOUBLE_EQ(uniform_distance({0.5}), 0.5);
  EXPECT_DOUBLE_EQ(uniform_distance({}), 0);
}

// Exact values: scipy.stats.kstest.
TEST(KolmogorovSmirnov, PValuesAreCloseToTheExactOnes) {
  EXPECT_NEAR(uniform_p_value({0.1, 0.4, 0.7, 0.75, 0.8, 0.95}), 0.3144, 0.01);
  EXPECT_NEAR(uniform_p_value(powers(30, 2)), 0.02235, 0.002);
  EXPECT_NEAR(uniform_p_value(powers(30, 1.2)), 0.9789, 0.01);
  EXPECT_LT(uniform_p_value(powers(200, 2)), 1e-6);
  EXPECT_DOUBLE_EQ(uniform_p_value({}), 1);
}

}  // namespace
}  // namespace dlfix::eval
