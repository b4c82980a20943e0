#include "eval/repairers/hebo/power_transform.h"

#include <algorithm>
#include <cmath>
#include <functional>

#include "eval/repairers/hebo/brent.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval::hebo {
namespace {

constexpr double kLowestStart = -2;
constexpr double kHighestStart = 2;
constexpr double kLeastDeviation = 0.5;
constexpr double kNearZero = 1e-12;

using Formula = double (*)(double, double);

std::vector<double> apply(Formula formula, std::span<const double> z, double lambda) {
  std::vector<double> values;
  values.reserve(z.size());
  for (const double value : z) values.push_back(formula(value, lambda));
  return values;
}

/// `jacobian`: sum of the logarithms of the formula's slope, up to the factor lambda - 1.
PowerTransform fit_power(Formula formula, std::span<const double> z, double jacobian) {
  const auto negative_likelihood = [&](double lambda) {
    const double deviation = population_sd(apply(formula, z, lambda));
    return static_cast<double>(z.size()) * std::log(deviation) - (lambda - 1) * jacobian;
  };
  PowerTransform result;
  result.lambda = minimise_scalar(negative_likelihood, kLowestStart, kHighestStart);
  result.values = apply(formula, z, result.lambda);
  const double centre = mean(result.values);
  const double deviation = population_sd(result.values);
  for (double& value : result.values) value = (value - centre) / deviation;
  return result;
}

bool has_spread(const std::vector<double>& values) {
  const bool finite =
      std::ranges::all_of(values, [](double value) { return std::isfinite(value); });
  return finite && sample_sd(values) >= kLeastDeviation;
}

}  // namespace

double box_cox(double z, double lambda) {
  if (std::abs(lambda) < kNearZero) return std::log(z);
  return std::expm1(lambda * std::log(z)) / lambda;
}

double yeo_johnson(double z, double lambda) {
  return z >= 0 ? box_cox(z + 1, lambda) : -box_cox(1 - z, 2 - lambda);
}

PowerTransform fit_box_cox(std::span<const double> z) {
  double jacobian = 0;
  for (const double value : z) jacobian += std::log(value);
  return fit_power(&box_cox, z, jacobian);
}

PowerTransform fit_yeo_johnson(std::span<const double> z) {
  double jacobian = 0;
  for (const double value : z) jacobian += std::copysign(std::log1p(std::abs(value)), value);
  return fit_power(&yeo_johnson, z, jacobian);
}

std::vector<double> normal_like(std::span<const double> y) {
  std::vector<double> raw(y.begin(), y.end());
  const double deviation = population_sd(y);
  if (raw.empty() || !(deviation > 0) || !std::isfinite(deviation)) return raw;
  std::vector<double> z;
  for (const double value : y) z.push_back(value / deviation);
  if (*std::ranges::min_element(z) > 0) {
    PowerTransform transform = fit_box_cox(z);
    if (has_spread(transform.values)) return std::move(transform.values);
  }
  PowerTransform transform = fit_yeo_johnson(z);
  return has_spread(transform.values) ? std::move(transform.values) : raw;
}

}  // namespace dlfix::eval::hebo
