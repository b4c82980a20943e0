// A neutrality analysis for people and programs.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "agent/workflows/neutrality.h"

namespace dlfix::agent {

/// The fix, the graph in numbers, and every alternative with its changes and figures.
std::string to_text(const NeutralityReport& report);

/// eval::to_json of the result with rows, device, profile, notes and cost.
nlohmann::ordered_json to_document(const NeutralityReport& report);

}  // namespace dlfix::agent
