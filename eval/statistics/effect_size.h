// How large a difference is, beside how certain.
#pragma once

#include <span>

namespace dlfix::eval {

/// Cohen's d: (mean(treatment) - mean(control)) / pooled standard deviation, each variance with
/// n - 1. Infinite (with the sign of the difference) when both samples are constant and differ;
/// 0 when their means are equal; NaN when a sample has fewer than two values.
/// Source: Cohen, Statistical Power Analysis for the Behavioral Sciences, 1988, section 2.5.
double cohens_d(std::span<const double> control, std::span<const double> treatment);

/// Vargha-Delaney A12: probability that a value of `treatment` exceeds one of `control`, ties
/// counting half; (2 R1 - m(m+1)) / (2 m n) with R1 the rank sum of the treatment. NaN when empty.
/// Source: Vargha and Delaney, A Critique and Improvement of the CL Common Language Effect Size
/// Statistics, 2000.
double a12(std::span<const double> control, std::span<const double> treatment);

}  // namespace dlfix::eval
