#include "eval/statistics/anova_power.h"

#include <Eigen/Core>
#include <algorithm>
#include <cmath>
#include <limits>
#include <unsupported/Eigen/SpecialFunctions>

namespace dlfix::eval {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// The share of the F distribution below x, as a beta variable.
double beta_of(double x, double degrees, double other) {
  return degrees * x / (degrees * x + other);
}

// The value that F exceeds with the given chance, by halving.
double f_quantile(double tail, double degrees, double other) {
  double low = 0;
  double high = 1;
  for (int step = 0; step < 200 && low < high; ++step) {
    const double middle = (low + high) / 2;
    if (middle == low || middle == high) break;
    const bool below = Eigen::numext::betainc(degrees / 2, other / 2, middle) < 1 - tail;
    (below ? low : high) = middle;
  }
  return other * low / (degrees * (1 - low));
}

}  // namespace

double noncentral_f_tail(double x, double degrees, double other_degrees, double noncentrality) {
  if (std::isnan(x) || !(degrees > 0) || !(other_degrees > 0) || !(noncentrality >= 0)) return kNan;
  if (x <= 0) return 1;
  if (std::isinf(noncentrality)) return 1;
  // A Poisson mixture of beta variables; terms beyond twelve deviations weigh nothing.
  const double rate = noncentrality / 2;
  const double spread = 12 * std::sqrt(rate) + 40;
  const double first = std::max(0.0, std::floor(rate - spread));
  const double beta = beta_of(x, degrees, other_degrees);
  double below = 0;
  for (double j = first; j <= rate + spread; ++j) {
    const double log_weight = rate > 0 ? j * std::log(rate) - rate - std::lgamma(j + 1) : 0;
    below +=
        std::exp(log_weight) * Eigen::numext::betainc(degrees / 2 + j, other_degrees / 2, beta);
    if (rate == 0) break;
  }
  return std::clamp(1 - below, 0.0, 1.0);
}

double anova_power(double effect, const AnovaDesign& design) {
  const bool possible = design.groups >= 2 && design.observations > design.groups &&
                        design.significance > 0 && design.significance < 1 && !std::isnan(effect);
  if (!possible) return kNan;
  const double degrees = design.groups - 1;
  const double other = design.observations - design.groups;
  const double critical = f_quantile(design.significance, degrees, other);
  return noncentral_f_tail(critical, degrees, other, effect * effect * design.observations);
}

}  // namespace dlfix::eval
