// Wilcoxon signed-rank test.
#pragma once

#include <span>

namespace dlfix::eval {

struct WilcoxonResult {
  double statistic;  ///< smaller of the two rank sums
  double p_value;    ///< two-sided
  bool exact;        ///< false: normal approximation
};

/// Tests whether paired differences first[i] - second[i] are symmetric about zero.
/// Zero differences are dropped. Up to 50 pairs without a zero difference: exact distribution;
/// otherwise the normal approximation, corrected for ties, without continuity correction. All
/// differences zero, or no pair: p = 1 (repair-study convention; SciPy raises there).
/// A NaN among the differences gives p = NaN.
/// Source: scipy.stats.wilcoxon of SciPy 1.10.1, method "auto", zero_method "wilcox".
/// Errors: std::invalid_argument when the samples differ in length.
WilcoxonResult wilcoxon_signed_rank(std::span<const double> first, std::span<const double> second);

}  // namespace dlfix::eval
