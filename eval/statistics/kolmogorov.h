// Kolmogorov-Smirnov: do values look as if drawn uniformly?
#pragma once

#include <vector>

namespace dlfix::eval {

/// Largest distance between the empirical distribution of `values` and the uniform one on [0, 1].
/// 0 for no values.
double uniform_distance(std::vector<double> values);

/// Chance of a distance at least as large when the values are uniform on [0, 1]: the asymptotic
/// distribution with Stephens' correction for small samples (M. A. Stephens, 1970), good to a few
/// thousandths from five values on. 1 for no values.
double uniform_p_value(const std::vector<double>& values);

}  // namespace dlfix::eval
