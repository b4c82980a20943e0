#include "trainer/torch/number_summary.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "trainer/spec/trace.h"

namespace dlfix::trainer {
namespace {

constexpr float kSaturation = 5;  // DeepDiagnosis

}  // namespace

void NumberSummary::add(const float* numbers, std::size_t count) {
  if (count == 0) return;
  if (count_ == 0) origin_ = std::isfinite(numbers[0]) ? double(numbers[0]) : 0;
  count_ += count;
  for (std::size_t i = 0; i < count; ++i) {
    const float x = numbers[i];
    const double distance = double(x) - origin_;
    sum_ += distance;
    squares_ += distance * distance;
    absolute_ += std::fabs(double(x));
    norm_squares_ += double(x) * double(x);
    zeros_ += x == 0;
    nonpositive_ += x <= 0;
    saturated_ += x <= -kSaturation || x >= kSaturation;
    bad_ += !std::isfinite(x);
    if (std::isnan(x)) continue;
    low_ = ordered_ ? std::min(low_, x) : x;
    high_ = ordered_ ? std::max(high_, x) : x;
    ordered_ = true;
  }
}

std::vector<double> NumberSummary::statistics() const {
  constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();
  if (count_ == 0) return std::vector<double>(trace_statistics().size(), kUnknown);
  const double n = double(count_);
  const double shift = sum_ / n;
  const double variance = squares_ / n - shift * shift;
  return {origin_ + shift,
          std::sqrt(variance < 0 ? 0 : variance),
          ordered_ ? low_ : kUnknown,
          ordered_ ? high_ : kUnknown,
          absolute_ / n,
          std::sqrt(norm_squares_),
          double(zeros_) / n,
          double(nonpositive_) / n,
          double(saturated_) / n,
          double(bad_) / n,
          n};
}

}  // namespace dlfix::trainer
