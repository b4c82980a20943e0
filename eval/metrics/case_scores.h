// One repair technique on one fault: its runs as a mean, a spread, an improvement rate and a test.
// Source: paper section 5.3.4 and the notebooks of its package.
#pragma once

#include <optional>
#include <vector>

#include "eval/metrics/scores.h"

namespace dlfix::eval {

struct RepairCase {
  double faulty_mean = 0;
  double truth_mean = 0;
  bool higher_is_better = true;
  /// Values of the faulty program, paired by index with the runs; empty: no test.
  std::vector<double> faulty_values = {};
  /// Metric of the patch of each run on rows that no search saw; NaN: the run ended without one.
  std::vector<double> runs = {};
};

struct CaseScores {
  int runs = 0;
  int with_patch = 0;  ///< runs whose value is not worse than the faulty mean
  /// Of the values that count: a run without a patch, or with a worse one, counts as the faulty
  /// mean.
  double mean = 0;
  double sigma = 0;           ///< divides by n
  double unclamped_mean = 0;  ///< of the values as they are; NaN runs left out
  std::optional<double> rate;
  /// Two-sided; nullopt without faulty values.
  std::optional<double> wilcoxon_p;
  std::optional<double> mann_whitney_p;  ///< the runs are independent: pairs have no meaning
  std::optional<double> a12;             ///< above 0.5: the patched values are larger
  std::optional<double> cohens_d;
  /// Wilcoxon p < 0.05 and a rate above zero (the study's criterion).
  bool significant = false;
};

/// As printed, every value is rounded to two decimals before the rate and the test, as the study's
/// notebooks do; mean and sigma are of the unrounded ones either way.
CaseScores score_case(const RepairCase& repair, Scores scores);

/// The value that counts: the run's, or the faulty mean where it is NaN or strictly worse.
double clamped(double value, double faulty_mean, bool higher_is_better);

/// Mean of sigma over the cases that improve significantly (RQ5); NaN when none does.
double stability_of(const std::vector<CaseScores>& cases);

}  // namespace dlfix::eval
