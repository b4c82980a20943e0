// A change of a hyperparameter in plain words.
#pragma once

#include <string>

#include "mapping/program/program.h"

namespace dlfix::agent {

/// The repair operator that the change is an instance of: ACH, HLR, ...; the one of the
/// hyperparameter's fault types that fits the values. Empty: none is known.
/// Source: the taxonomy of repair operators in the paper, section 3.
std::string fault_type_of(const mapping::Hyperparameter& hyperparameter, const nlohmann::json& to);

/// "Layer 4 (Dense) gets the activation softmax in place of linear."
std::string change_sentence(const mapping::Program& program,
                            const mapping::Hyperparameter& hyperparameter, const nlohmann::json& to);

/// A value as a person writes it: relu, 0.001, glorot_uniform, {"class": "l2", "l2": 0.01}.
std::string value_words(const nlohmann::json& value);

}  // namespace dlfix::agent
