// Making observed values look normal before a surrogate is fitted to them.
#pragma once

#include <span>
#include <vector>

namespace dlfix::eval::hebo {

/// (z^l - 1) / l; log z at l = 0. Requires: z > 0. Box and Cox 1964.
double box_cox(double z, double lambda);
/// Box-Cox of z + 1 above zero, of 1 - z with 2 - l below. Yeo and Johnson 2000.
double yeo_johnson(double z, double lambda);

struct PowerTransform {
  double lambda = 1;
  std::vector<double> values;  ///< mean 0, population standard deviation 1
};

/// lambda of the largest likelihood under a normal distribution, found by Brent's method; the
/// values standardised after it. NaN in the values where there is no spread.
PowerTransform fit_box_cox(std::span<const double> z);
PowerTransform fit_yeo_johnson(std::span<const double> z);

/// What HEBO fits its surrogate to: y over its population standard deviation, by Yeo-Johnson where
/// y has values up to zero or Box-Cox leaves a sample deviation below 0.5, by Box-Cox otherwise;
/// y itself where that gives no usable numbers.
std::vector<double> normal_like(std::span<const double> y);

}  // namespace dlfix::eval::hebo
