// Percentile bootstrap intervals (Efron and Tibshirani, An Introduction to the Bootstrap, 1993, ch.
// 13).
#pragma once

#include <cstdint>
#include <span>

namespace dlfix::eval {

struct Interval {
  double low;
  double high;
  /// True when zero lies outside: strictly above `low` .. below `high` would contain it.
  bool excludes_zero() const { return low > 0 || high < 0; }
};

struct BootstrapOptions {
  std::uint64_t seed = 0;
  int repeats = 2000;
  double confidence = 0.95;
};

/// Interval of mean(second - first) over rows, rows drawn with replacement together. NaN bounds
/// when there is no row. Errors: std::invalid_argument when the lengths differ.
Interval bootstrap_paired(std::span<const double> first, std::span<const double> second,
                          const BootstrapOptions& options);
/// Interval of mean(second) - mean(first), each sample drawn for itself.
Interval bootstrap_unpaired(std::span<const double> first, std::span<const double> second,
                            const BootstrapOptions& options);

}  // namespace dlfix::eval
