// What the data examination says, in sentences for a prompt.
#pragma once

#include <string>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::agent {

/// "line 12: the labels are divided by 16. Remedy: ..." of each finding of a captured program, most
/// certain first; nothing for one that was only read. Errors: as eval::examine_data.
std::vector<std::string> data_finding_words(const mapping::Program& program);

/// One finding so.
std::string finding_words(int line, const std::string& message, const std::string& remedy);

}  // namespace dlfix::agent
