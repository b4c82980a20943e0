// UMLAUT's heuristics over program structure and a training's behaviour.
// Schoop, Huang, Hartmann: UMLAUT: Debugging Deep Learning Programs using Program Structure and
// Model Behavior, CHI 2021; public code BerkeleyHCI/umlaut (commit 68c2a02).
#pragma once

#include <optional>
#include <vector>

#include "eval/localisers/rule_finding.h"
#include "eval/repairers/tool_reading.h"
#include "mapping/program/program.h"
#include "trainer/spec/training.h"

namespace dlfix::eval {

/// The last batch that went through the model: of the validation rows where there are some. With
/// kMended: all training rows.
struct InputFacts {
  std::vector<std::int64_t> row_shape;
  double min = 0, max = 0;  ///< NaN left out
  bool has_nan = false;
};

/// What a training showed; absent in a static run.
struct UmlautTraining {
  /// `metric` is the accuracy; NaN where it or validation is missing.
  std::vector<trainer::EpochRecord> epochs;
  std::optional<InputFacts> input;
};

/// Structure checks H1-H4, H9 by the program's learning rate, and, with `training`, H5-H11 after
/// every epoch (a finding once, with its first epoch). kStudy: with the study's filters, which
/// leave the recorded input out; kMended: spec'd repairs (softmax advice only where the loss wants
/// it, activation layers seen).
Localisation run_umlaut(const mapping::Program& program,
                        const std::optional<UmlautTraining>& training, ToolReading reading);

}  // namespace dlfix::eval
