// A mutation analysis for people and programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "agent/workflows/mutation.h"

namespace dlfix::agent {

/// A line a mutant: its name, mean metric, p-value, effect size, killed or not.
std::string to_text(const MutationReport& report);

/// The same with every value, and each mutant as a change of the program.
nlohmann::json to_json(const MutationReport& report);

}  // namespace dlfix::agent
