// How a localisation is scored: recall, precision and F3 against one ground truth, and against
// several. Source: paper section 5.3.4, equations 1 to 3, and sections 6.1 and 6.2.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "eval/metrics/fault_labels.h"
#include "eval/metrics/scores.h"

namespace dlfix::eval {

/// When a label names a fault of the ground truth. The defaults are the study's.
struct MatchingRules {
  enum class Layers {
    kOverlap,  ///< where both name layers, one layer in common is enough
    kEqual,    ///< the same layers
    kIgnored,  ///< the type alone counts
  };
  Layers layers = Layers::kOverlap;
  /// Changing, removing and adding an activation (ACH, ARM, AAL) on a layer are one fault.
  bool activations_are_one = true;
  /// A missing and a redundant layer (LRM, LAD) are one fault: of a ground truth that is known only
  /// by the name of the repeat count that it changes.
  bool repeats_are_one = false;
};

struct LocalisationScore {
  double recall = 0;
  double precision = 0;
  double f3 = 0;
};

/// (1 + 9) P R / (9 P + R); 0 when both are.
double f3_score(double recall, double precision);

bool names_fault(const FaultLabel& label, const FaultLabel& fault, const MatchingRules& rules);

/// For each fault whether some label names it.
std::vector<bool> found_faults(const FaultLabels& faults, const FaultLabels& labels,
                               const MatchingRules& rules = {});

/// Recall: found faults over faults. Precision: labels that name a fault over labels; as printed,
/// found faults over labels, one at most (which differs where one label names several faults), and
/// recall, precision and F3 are rounded to two decimals one after the other.
/// No labels, or no faults: all zero.
LocalisationScore score_localisation(const FaultLabels& faults, const FaultLabels& labels,
                                     Scores scores, const MatchingRules& rules = {});

/// A ground truth beside the known one.
struct AlternativeTruth {
  std::string name;
  FaultLabels faults;
};

struct AlternativesScore {
  LocalisationScore score;
  /// Which ground truths match best; the first is named for a reader. Index into the alternatives,
  /// -1 for the known one.
  std::vector<int> best;
};

/// The highest recall over the known ground truth (scored before: `known`) and the alternatives;
/// precision and F3 are means over all ground truths that reach it.
AlternativesScore score_with_alternatives(const LocalisationScore& known,
                                          std::span<const AlternativeTruth> alternatives,
                                          const FaultLabels& labels, Scores scores,
                                          const MatchingRules& rules = {});

/// Mean of each; zero for none.
LocalisationScore mean_of(std::span<const LocalisationScore> scores);

}  // namespace dlfix::eval
