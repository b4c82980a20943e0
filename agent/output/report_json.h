// A repair's report as DESIGN's `repair --json` document.
#pragma once

#include <nlohmann/json.hpp>

#include "agent/workflows/repair_report.h"

namespace dlfix::agent {

/// Numbers that are not finite become null.
nlohmann::json to_document(const RepairReport& report);

}  // namespace dlfix::agent
