// Where in a program a diagnosed kind of fault is set.
#pragma once

#include <string>
#include <vector>

#include "eval/localisers/deepfd/quirks.h"
#include "mapping/program/program.h"

namespace dlfix::eval {

struct FaultPlace {
  std::string file;
  int line = 0;
  auto operator<=>(const FaultPlace&) const = default;
};

/// Lines of a fault type (`label`: index into opt, lr, act, loss, epoch), each once.
/// With the quirk keyword_lines_only: of the calls that have the keyword (fit for epochs, compile
/// for loss and optimiser, the optimiser's call for its rate, a layer's for its activation), in the
/// order of the text, and none where it is not written; the public code also takes keywords that
/// only contain the word (activity_regularizer, min_lr), which a program's hyperparameters do not
/// show. Without: where the value itself stands, variables followed; a rate that is not written is
/// where the optimiser is, epochs that are not where fit is; of activations the output layer first.
/// Source: DeepFD, public code, its line localisation; fallback for lr from its evaluation sheet.
std::vector<FaultPlace> fault_places(const mapping::Program& program, std::size_t label,
                                     const DeepFdQuirks& quirks);

}  // namespace dlfix::eval
