// How the reproduced program does, in a few yes-or-no answers and in plain words.
#pragma once

#include <span>
#include <string>

#include "eval/metrics/baseline.h"
#include "eval/repairers/repairer.h"
#include "trainer/spec/training.h"

namespace dlfix::eval {

struct SymptomInput {
  std::span<const trainer::TrainingResult> results;  ///< one per seed
  std::string metric = "accuracy";
  bool higher_is_better = true;
  std::span<const double> values;  ///< metric on the search rows, per seed
  Baseline baseline{0, 0, ""};     ///< constant_baseline on the same rows
  bool inputs_unscaled = false;    ///< see inputs_unscaled()
};

/// A symptom holds when it does in more than half of the trainings (NaN: in any).
/// oscillating: at least a fifth of the epochs change direction by 3 % of the loss's size or more
/// (AutoTrainer's eta and zeta, ICSE 2021, applied to the loss). overfitting: the metric on
/// training rows is better by 0.1 (metrics up to 1) or by half, or the validation loss ends 10 %
/// above its lowest. still_improving: the last fifth of the epochs lowers the loss by 1 % of its
/// value or more; a single epoch counts as improving unless the metric is perfect.
Symptoms find_symptoms(const SymptomInput& input);

}  // namespace dlfix::eval
