// What of a design's changes a program's hyperparameters can express.
#pragma once

#include "eval/repairers/autotrainer/design.h"
#include "mapping/program/program.h"

namespace dlfix::eval::autotrainer {

struct Patch {
  mapping::Config changes;
  bool whole = true;  ///< false: something of the design is in no hyperparameter
};

/// Activations, initialisers, optimiser, learning rate, momentum, batch size and batch
/// normalisation before a numbered layer; an ELU layer becomes its layer's activation.
Patch patch_of(const mapping::Program& program, const Design& design);

}  // namespace dlfix::eval::autotrainer
