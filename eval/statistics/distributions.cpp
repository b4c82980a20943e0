#include "eval/statistics/distributions.h"

#include <Eigen/Core>
#include <cmath>
#include <limits>
#include <unsupported/Eigen/SpecialFunctions>

namespace dlfix::eval {

double normal_tail(double z) { return 0.5 * std::erfc(z / std::sqrt(2.0)); }

double chi_square_tail(double x, double degrees) {
  if (std::isnan(x) || !(degrees > 0)) return std::numeric_limits<double>::quiet_NaN();
  if (x <= 0) return 1;
  if (std::isinf(x)) return 0;
  return Eigen::numext::igammac(degrees / 2, x / 2);
}

double student_tail(double t, double degrees) {
  if (std::isnan(t) || !(degrees > 0)) return std::numeric_limits<double>::quiet_NaN();
  if (std::isinf(t)) return t > 0 ? 0 : 1;
  if (t == 0) return 0.5;
  const double far = 0.5 * Eigen::numext::betainc(degrees / 2, 0.5, degrees / (degrees + t * t));
  return t > 0 ? far : 1 - far;
}

}  // namespace dlfix::eval
