// What always giving the same answer reaches: the yardstick of localisers.
#pragma once

#include <span>

#include "eval/metrics/localisation_scores.h"

namespace dlfix::eval {

struct ConstantAnswers {
  FaultLabels labels;  ///< fault types without layers
  LocalisationScore score;
};

/// The set of fault types whose mean F3 over all ground truths is highest (among equals the
/// smallest, then the first), out of the types that occur in them; those that occur most often
/// where there are more than 16. Empty without ground truths.
ConstantAnswers best_constant_answers(std::span<const FaultLabels> truths, Scores scores);

}  // namespace dlfix::eval
