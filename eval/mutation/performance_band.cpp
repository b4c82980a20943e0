#include "eval/mutation/performance_band.h"

#include <fmt/format.h>

#include <cmath>

#include "trainer/support/errors.h"

namespace dlfix::eval {

bool in_performance_band(double original, double mutant, MetricDirection direction,
                         const PerformanceBand& band) {
  const bool is_loss = direction == MetricDirection::kLowerIsBetter;
  if (!std::isfinite(original) || !std::isfinite(mutant) || (is_loss && original <= 0)) {
    throw support::InputError(
        fmt::format("metrics {} and {} cannot be compared with a band", original, mutant));
  }
  if (!is_loss) {
    // 0.82 - 0.67 is a rounding error below 0.15.
    constexpr double kRounding = 1e-9;
    return mutant >= band.least_share * original - kRounding &&
           original - mutant >= band.least_drop - kRounding;
  }
  const double ratio = mutant / original;
  return ratio >= band.least_loss_ratio && ratio <= band.most_loss_ratio;
}

}  // namespace dlfix::eval
