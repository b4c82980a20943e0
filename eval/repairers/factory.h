// Repairers by name.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "eval/repairers/repairer.h"

namespace dlfix::eval {

/// guided, random. Errors: InputError naming the known ones.
std::unique_ptr<Repairer> make_repairer(std::string_view name);
std::vector<std::string> repairer_names();

}  // namespace dlfix::eval
