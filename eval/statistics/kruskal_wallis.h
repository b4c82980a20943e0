// Kruskal-Wallis H test of several independent samples.
#pragma once

#include <span>
#include <vector>

namespace dlfix::eval {

struct KruskalWallisResult {
  double statistic;  ///< H, corrected for ties
  double p_value;    ///< chi-square approximation, one degree of freedom less than samples
};

/// Tests whether the samples come from one distribution. All values equal: H = 0, p = 1 (our
/// convention; SciPy raises). A NaN, or an empty sample: both NaN.
/// Source: scipy.stats.kruskal of SciPy 1.10.1.
/// Errors: std::invalid_argument for fewer than two samples.
KruskalWallisResult kruskal_wallis(std::span<const std::vector<double>> samples);

}  // namespace dlfix::eval
