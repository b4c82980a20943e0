// Writing the repaired program: --output and --apply.
#pragma once

#include <string>
#include <vector>

#include "agent/workflows/repair_report.h"

namespace dlfix::agent {

/// Writes the patched main file to `output`. Returns what else had to change (neighbours), for a
/// warning. Errors: EnvironmentError naming the file.
std::vector<std::string> write_output(const RepairReport& report, const std::string& output);

/// Puts the patched texts in place of the program's files; each keeps a copy beside it
/// (NAME.orig, NAME.orig.2, ... where one exists). Returns the backups' paths.
/// Errors: EnvironmentError naming the file; files already replaced keep their backup.
std::vector<std::string> apply_patch(const RepairReport& report);

}  // namespace dlfix::agent
