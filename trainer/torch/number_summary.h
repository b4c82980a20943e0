// Statistics of many floats, taken in one pass and in parts.
#pragma once

#include <cstddef>
#include <vector>

namespace dlfix::trainer {

/// Sums in double, relative to the first number, so that the variance of numbers that are all equal
/// is exactly 0 and of others does not drown in their mean. The result depends on the order of the
/// numbers alone.
class NumberSummary {
 public:
  void add(const float* numbers, std::size_t count);
  /// Values in the order of trace_statistics(); NaN everywhere when nothing was added.
  std::vector<double> statistics() const;

 private:
  std::size_t count_ = 0, zeros_ = 0, nonpositive_ = 0, saturated_ = 0, bad_ = 0;
  double origin_ = 0;
  double sum_ = 0, squares_ = 0;  ///< of the distances to the origin
  double absolute_ = 0, norm_squares_ = 0;
  float low_ = 0, high_ = 0;
  bool ordered_ = false;  ///< some number was not NaN: low_ and high_ count
};

}  // namespace dlfix::trainer
