// Mann-Whitney U test of two independent samples.
#pragma once

#include <span>

namespace dlfix::eval {

struct MannWhitneyResult {
  double statistic;  ///< U of the first sample
  double p_value;    ///< two-sided
  bool exact;        ///< false: normal approximation
};

/// Tests whether values of one sample tend to exceed those of the other. Exact distribution when a
/// sample has at most eight values and no two values are equal; otherwise the normal approximation
/// with corrections for ties and continuity. All values equal: p = 1. A NaN, or an empty sample:
/// everything NaN.
/// Source: scipy.stats.mannwhitneyu of SciPy 1.10.1, two-sided, method "auto" (which raises for an
/// empty sample).
MannWhitneyResult mann_whitney(std::span<const double> first, std::span<const double> second);

}  // namespace dlfix::eval
