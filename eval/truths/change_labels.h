// Which fault types a config stands for.
#pragma once

#include "eval/metrics/fault_labels.h"
#include "mapping/program/program.h"

namespace dlfix::eval {

/// A ground truth that changes the program so, as fault types with Keras layer indices: the repair
/// operator of each change, for others (bias initialisers, ...) their fault type; each once.
/// Names that the program lacks are left out. Source: paper sections 4 and 5.3.4.
FaultLabels labels_of_changes(const mapping::Program& program, const mapping::Config& changes);

}  // namespace dlfix::eval
