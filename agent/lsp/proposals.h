// The change that a static finding proposes, where the rules say which.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "mapping/program/program.h"

namespace dlfix::agent::lsp {

struct Proposal {
  mapping::Config changes;  ///< one hyperparameter
  std::string title;        ///< "change the activation of layer 2 from softmax to sigmoid"
};

/// `finding`: one of `localise --json`. A proposal is what Keras's documentation pairs: the last
/// activation with the loss (sigmoid or softmax and their cross-entropies; none and squared error),
/// an activation between dense layers, random initial weights, an optimiser's default learning
/// rate. It is not proven: that takes retraining. Nothing where several values would do.
std::optional<Proposal> propose(const mapping::Program& program, const nlohmann::json& finding);

}  // namespace dlfix::agent::lsp
