// A repair's report for people.
#pragma once

#include <string>

#include "agent/workflows/repair_report.h"

namespace dlfix::agent {

/// Everything `repair` shows at its end. `colours`: the diff in red and green.
std::string report_text(const RepairReport& report, bool colours);

}  // namespace dlfix::agent
