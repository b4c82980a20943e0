// One value of a model's dictionary -> the form that the program's hyperparameters have.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "mapping/patch/config_patch.h"

namespace dlfix::mapping {

struct PatchValue {
  nlohmann::json value;
  std::string repair;  ///< what had to be read differently; empty: nothing
  PatchOutcome outcome = PatchOutcome::kOk;
  std::string problem;  ///< empty: usable
};

/// Casts numbers in strings, whole floats to integers, aliases and wrong case of Keras names to the
/// usual spelling; refuses names that Keras does not have, wrong types and values out of range,
/// saying what is allowed.
PatchValue read_patch_value(const Program& program, const Hyperparameter& hyperparameter,
                            const nlohmann::ordered_json& value);

}  // namespace dlfix::mapping
