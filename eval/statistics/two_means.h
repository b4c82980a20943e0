// Do two samples have one mean? Two readings of the same quotient.
#pragma once

#include <span>

namespace dlfix::eval {

struct MeansResult {
  double statistic;  ///< (mean(treatment) - mean(control)) / standard error
  double p_value;    ///< two-sided
};

/// Student's t test with pooled variance. NaN when a sample has fewer than two values or a value is
/// NaN. Two constant samples: p = 0 when they differ, NaN when they are equal (as SciPy: 0 / 0).
/// Source: scipy.stats.ttest_ind (equal_var=True) of SciPy 1.10.1.
MeansResult pooled_t_test(std::span<const double> control, std::span<const double> treatment);

/// Generalised linear model of the values by group (Gaussian family, identity link), and the Wald
/// test of the group's coefficient: the same quotient as the t test, judged by the normal
/// distribution. What the study calls significant between models. NaN as above, but one value is
/// enough where the other sample has two.
/// Source: statsmodels.api.GLM of statsmodels 0.13.5; paper section 4.1, footnote 2.
MeansResult glm_group_test(std::span<const double> control, std::span<const double> treatment);

}  // namespace dlfix::eval
