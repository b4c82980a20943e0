#include "eval/statistics/two_means.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/distributions.h"

namespace dlfix::eval {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

struct Moments {
  double mean;
  double squares;  ///< sum of squared distances from the mean
};

/// Equal values have no variance: without the exception, what their mean loses by rounding would
/// pass for one.
Moments moments(std::span<const double> values) {
  if (std::ranges::adjacent_find(values, std::not_equal_to<>()) == values.end())
    return {values.front(), 0};
  const double sd = population_sd(values);
  return {mean(values), sd * sd * static_cast<double>(values.size())};
}

/// Difference of the means over its standard error with pooled variance.
double quotient(std::span<const double> control, std::span<const double> treatment) {
  const double n = static_cast<double>(control.size());
  const double m = static_cast<double>(treatment.size());
  if (control.empty() || treatment.empty() || n + m < 3) return kNan;
  const Moments a = moments(control);
  const Moments b = moments(treatment);
  const double variance = (a.squares + b.squares) / (n + m - 2);
  return (b.mean - a.mean) / std::sqrt(variance * (1 / n + 1 / m));
}

}  // namespace

MeansResult pooled_t_test(std::span<const double> control, std::span<const double> treatment) {
  if (control.size() < 2 || treatment.size() < 2) return {kNan, kNan};
  const double t = quotient(control, treatment);
  const double degrees = static_cast<double>(control.size() + treatment.size()) - 2;
  return {t, 2 * student_tail(std::abs(t), degrees)};
}

MeansResult glm_group_test(std::span<const double> control, std::span<const double> treatment) {
  const double z = quotient(control, treatment);
  return {z, 2 * normal_tail(std::abs(z))};
}

}  // namespace dlfix::eval
