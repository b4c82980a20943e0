// Input warping by Kumaraswamy's distribution function.
#pragma once

namespace dlfix::eval::hebo {

struct Warped {
  double value = 0;
  double by_a = 0;  ///< derivative with respect to a
  double by_b = 0;
};

/// 1 - (1 - u^a)^b. Requires: 0 < u < 1, a > 0, b > 0. Source: GPy KumarWarping.
Warped kumaraswamy(double u, double a, double b);

/// Where x of [low, high] lies strictly inside (0, 1), 1e-6 kept free at both ends.
double inside_unit(double x, double low, double high);

}  // namespace dlfix::eval::hebo
