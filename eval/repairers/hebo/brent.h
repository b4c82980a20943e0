// Minimum of a function of one number.
#pragma once

#include <functional>

namespace dlfix::eval::hebo {

/// Widens [a, b] downhill until it holds a minimum, then Brent's method (Algorithms for
/// Minimization without Derivatives, 1973, chapter 5). Values that are not finite count as
/// infinite.
double minimise_scalar(const std::function<double(double)>& function, double a, double b);

}  // namespace dlfix::eval::hebo
