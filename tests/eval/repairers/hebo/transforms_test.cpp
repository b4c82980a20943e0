// Check values of output transform, input warping, kernel and acquisition.
#include <gtest/gtest.h>

#include <cmath>

#include "eval/repairers/hebo/acquisition.h"
#include "eval/repairers/hebo/brent.h"
#include "eval/repairers/hebo/design_space.h"
#include "eval/repairers/hebo/kernel.h"
#include "eval/repairers/hebo/power_transform.h"
#include "eval/repairers/hebo/warping.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval::hebo {
namespace {

using Values = std::vector<double>;

Values over_deviation(Values values) {
  const double deviation = population_sd(values);
  for (double& value : values) value /= deviation;
  return values;
}

void expect_transform(const PowerTransform& actual, double lambda, const Values& values) {
  EXPECT_NEAR(actual.lambda, lambda, 1e-4);
  ASSERT_EQ(actual.values.size(), values.size());
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(actual.values[i], values[i], 1e-4);
}

TEST(PowerTransform, BoxCox) {
  const Values y{1, 2, 3, 4, 10};
  const Values expected{-1.49826, -0.49812, 0.04928, 0.42173, 1.52538};
  expect_transform(fit_box_cox(y), -0.120721, expected);
  expect_transform(fit_box_cox(over_deviation(y)), -0.120721, expected);
}

TEST(PowerTransform, YeoJohnson) {
  const Values y{1, 2, 3, 4, 10};
  expect_transform(fit_yeo_johnson(y), -0.447162, {-1.46912, -0.53353, 0.03460, 0.42761, 1.54045});
  expect_transform(fit_yeo_johnson(over_deviation(y)), -1.067775,
                   {-1.43577, -0.56588, 0.01387, 0.42709, 1.56069});
  expect_transform(fit_yeo_johnson(over_deviation({-3, -1, 0, 2, 20})), -1.091738,
                   {-1.42245, -0.45880, -0.11227, 0.37770, 1.61582});
  expect_transform(fit_yeo_johnson(over_deviation({-.10, -.10, -.11, -.35, -.62, -.94})), 3.015278,
                   {0.97952, 0.97952, 0.89414, -0.38219, -1.03217, -1.43881});
}

TEST(PowerTransform, WithoutSpreadValuesStayAsTheyAre) {
  for (const Values& y : {Values{.5, .5, .5}, Values{0, 0}, Values{7}, Values{}}) {
    EXPECT_EQ(normal_like(y), y);
  }
  for (const double value : normal_like(Values{-.1, -.1, -.1, -.1, -.1, -.9})) {
    EXPECT_TRUE(std::isfinite(value));
  }
  for (const double value : normal_like(Values{1e-300, 1, 1e300})) {
    EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(PowerTransform, DoesNotHeedTheScale) {
  const Values y{1, 2, 3, 4, 10};
  Values large = y;
  for (double& value : large) value *= 1024;
  EXPECT_EQ(normal_like(y), normal_like(large));
}

TEST(Brent, FindsAMinimumOutsideItsStart) {
  EXPECT_NEAR(minimise_scalar([](double x) { return (x - 17.5) * (x - 17.5); }, -2, 2), 17.5, 1e-6);
  EXPECT_NEAR(minimise_scalar([](double x) { return std::cosh(x + 3); }, -2, 2), -3, 1e-6);
}

TEST(Warping, Kumaraswamy) {
  const double u[] = {.1, .5, .9};
  const struct {
    double a, b;
    double expected[3];
  } cases[] = {{2, 1, {.01, .25, .81}},
               {1, 2, {.19, .75, .99}},
               {.5, 2, {.532456, .914214, .997367}},
               {3, .5, {.000500, .064586, .479423}}};
  for (const auto& item : cases) {
    for (int i = 0; i < 3; ++i) {
      EXPECT_NEAR(kumaraswamy(u[i], item.a, item.b).value, item.expected[i], 5e-7);
    }
  }
}

TEST(Warping, SlopesAreThoseOfTheValue) {
  const double step = 1e-6;
  for (const double u : {1e-6, .3, 1 - 1e-6}) {
    for (const double a : {.3, 1., 4.}) {
      for (const double b : {.3, 1., 4.}) {
        const Warped at = kumaraswamy(u, a, b);
        const double by_a =
            (kumaraswamy(u, a + step, b).value - kumaraswamy(u, a - step, b).value) / (2 * step);
        const double by_b =
            (kumaraswamy(u, a, b + step).value - kumaraswamy(u, a, b - step).value) / (2 * step);
        EXPECT_NEAR(at.by_a, by_a, 1e-6 + 1e-5 * std::abs(by_a));
        EXPECT_NEAR(at.by_b, by_b, 1e-6 + 1e-5 * std::abs(by_b));
      }
    }
  }
}

TEST(Kernel, Matern) {
  EXPECT_DOUBLE_EQ(matern32(0), 1);
  EXPECT_NEAR(matern32(.25), .929384, 5e-7);
  EXPECT_NEAR(matern32(.5), .784888, 5e-7);
  EXPECT_NEAR(matern32(1), .483358, 5e-7);
  EXPECT_NEAR(matern32(2), .139731, 5e-7);
}

TEST(Acquisition, ConfidenceFactor) {
  EXPECT_NEAR(confidence_factor(2, 1, 1), 2.62576, 5e-6);
  EXPECT_NEAR(confidence_factor(2, 10, 1), 3.71516, 5e-6);
  EXPECT_NEAR(confidence_factor(6, 80, 8), 4.29040, 5e-6);
  EXPECT_NEAR(confidence_factor(15, 17, 8), 3.67145, 5e-6);
  EXPECT_NEAR(confidence_factor(15, 3, 1), 4.16311, 5e-6);
  EXPECT_NEAR(confidence_factor(15, 6, 1), 4.89043, 5e-6);
  EXPECT_NEAR(confidence_factor(27, 55, 8), 5.88786, 5e-6);
  EXPECT_NEAR(confidence_factor(2, 3, 8), 2.62576, 5e-6);
}

TEST(Acquisition, MaceWithoutNoise) {
  const struct {
    double mean, variance, incumbent, kappa;
    double lcb, ei, pi;
  } cases[] = {{0, 1, 0, 2, -2, .919064, .693227},
               {-.5, .25, 0, 2, -1.5, .613276, .172811},
               {.5, 1, -.2, 3.7, -3.2, 1.945924, 1.419097},
               {1, .04, 0, 2.6258, .47484, 18.35642, 15.067592},
               {8, 1, 0, 2, 6, 36.14396, 34.999193}};
  for (const auto& item : cases) {
    Belief belief{item.mean, item.variance};
    belief.draw_lcb = belief.draw_improvement = 1.7;  // no noise: without effect
    const auto values = mace(belief, {.incumbent = item.incumbent, .kappa = item.kappa});
    EXPECT_NEAR(values[0], item.lcb, 1e-6);
    EXPECT_NEAR(values[1], item.ei, 6e-6);
    EXPECT_NEAR(values[2], item.pi, 1e-6);
  }
}

TEST(Acquisition, TailWithItsConstantIsContinuous) {
  const auto at = [](double z, bool constant) {
    return mace({-z - 1e-4, 1}, {.kappa = 2, .continuous_tail = constant})[1];
  };
  EXPECT_GT(std::abs(at(-6.0001, false) - at(-5.9999, false)), 0.8);
  EXPECT_LT(std::abs(at(-6.0001, true) - at(-5.9999, true)), 0.15);
}

TEST(DesignSpace, TypesGoThereAndBack) {
  const DesignSpace space({{.type = ParameterType::kCategory, .categories = 4},
                           {.type = ParameterType::kNumber, .low = -3, .high = 3},
                           {.type = ParameterType::kPower, .low = 1e-6, .high = 10},
                           {.type = ParameterType::kInteger, .low = 2, .high = 9},
                           {.type = ParameterType::kPowerInteger, .low = 1, .high = 1000},
                           {.type = ParameterType::kExponent, .low = 16, .high = 512, .base = 2},
                           {.type = ParameterType::kStep, .low = 5, .high = 31, .step = 10},
                           {.type = ParameterType::kBoolean}});
  EXPECT_EQ(space.numbers(), 7U);
  const Point values{3, .37, 1e-3, 7, 100, 64, 25, 1};
  const Point design = space.to_design(values);
  const Point back = space.to_values(design);
  for (std::size_t i = 0; i < values.size(); ++i) EXPECT_NEAR(back[i], values[i], 1e-9) << i;
  EXPECT_NEAR(design[1], -3, 1e-12);  // log10
  EXPECT_NEAR(design[4], 6, 1e-12);   // log2
  EXPECT_NEAR(design[5], 2, 1e-12);   // steps
  EXPECT_EQ(design[7], 3);            // the category is last
  const Point low = space.to_values(space.scaled(Point(8, 0)));
  const Point lowest{0, -3, 1e-6, 2, 1, 16, 5, 0};
  for (std::size_t i = 0; i < low.size(); ++i) EXPECT_NEAR(low[i], lowest[i], 1e-12) << i;
  const Point high = space.to_values(space.scaled(Point(8, 1)));
  EXPECT_NEAR(high[2], 10, 1e-9);
  EXPECT_EQ(high[0], 3);
  EXPECT_EQ(high[5], 512);
  EXPECT_EQ(high[6], 25);
}

}  // namespace
}  // namespace dlfix::eval::hebo
