// What a change of one value does, in plain words.
#pragma once

#include <string>

#include "mapping/program/program.h"

namespace dlfix::mapping {

/// The part of an explanation that depends on the values; slots {from}, {to}, {layer}, {what} are
/// still in it. Empty where the kind has no such part.
std::string effect(const Program& program, const Hyperparameter& hyperparameter,
                   const nlohmann::json& from, const nlohmann::json& to);

}  // namespace dlfix::mapping
