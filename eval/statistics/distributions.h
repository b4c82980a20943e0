// Tails of the distributions that the tests need.
#pragma once

namespace dlfix::eval {

/// P(Z > z) of the standard normal distribution.
double normal_tail(double z);
/// P(X > x) of the chi-square distribution; 1 for x <= 0. NaN unless degrees > 0.
double chi_square_tail(double x, double degrees);
/// P(T > t) of Student's distribution. NaN unless degrees > 0.
double student_tail(double t, double degrees);

}  // namespace dlfix::eval
