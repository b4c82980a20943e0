// When a patch counts as proven better.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/statistics/bootstrap.h"

namespace dlfix::eval {

/// Final results of both programs, seed by seed in the same order.
struct ProofInput {
  std::vector<double> faulty;  ///< metric per seed; not finite: the training diverged
  std::vector<double> patched;
  /// [seed][row]: per-row results (1/0, or the row's loss or error).
  std::vector<std::vector<float>> faulty_rows;
  std::vector<std::vector<float>> patched_rows;
  /// [seed][row]: which row of the data each one is. Empty: every seed has the same rows in the
  /// same order. Needed where every seed splits training and evaluation rows anew.
  std::vector<std::vector<std::int64_t>> row_ids;
  bool higher_is_better = true;
  /// Direction of the per-row results; may differ from the metric's (1/0 rows beside a loss).
  bool rows_higher_is_better = true;
  std::uint64_t seed = 0;
};

struct Proof {
  double faulty_mean = 0;
  double patched_mean = 0;
  bool better_mean = false;
  double p_value = 1;
  /// Cohen's d, positive when the patch is better; cut at +-1000 where both samples are constant.
  double effect_size = 0;
  /// Percentile interval (95 %) of the mean per-row gain, positive when the patch is better.
  Interval interval{0, 0};
  bool proven = false;
  std::vector<std::string> reasons;  ///< what is missing for "proven", in plain words
};

/// Proven: better mean, Wilcoxon p < 0.05 over seeds, |d| >= 0.5, and a bootstrap interval over the
/// final rows (each with its mean gain over seeds) that excludes zero on the better side. Fewer
/// than 6 seeds cannot reach p < 0.05 and are never proven. A value that is not finite counts as
/// the worst: 0 where higher is better, otherwise twice the largest finite value of its kind in the
/// input. Errors: std::invalid_argument when the parts of the input do not fit each other.
Proof prove(const ProofInput& input);

}  // namespace dlfix::eval
