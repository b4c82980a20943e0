// Means, spreads, medians and ranks. NaN in, NaN out; an empty sample has no mean: NaN.
#pragma once

#include <span>
#include <vector>

namespace dlfix::eval {

double mean(std::span<const double> values);
/// Divides by n (what the published tables print).
double population_sd(std::span<const double> values);
/// Divides by n - 1; NaN below two values.
double sample_sd(std::span<const double> values);
double median(std::span<const double> values);
/// Linear interpolation between order statistics (NumPy's default). `share` in [0, 1].
double quantile(std::span<const double> values, double share);
/// Ranks from 1; equal values share the mean of their ranks.
std::vector<double> ranks(std::span<const double> values);
/// Sum over groups of equal ranks of t^3 - t, which rank tests correct their variance by; 0 without
/// ties. Takes what `ranks` gives.
double tie_term(std::span<const double> ranks);

}  // namespace dlfix::eval
