// The text of fault_types.json, built in.
#pragma once

#include <string_view>

namespace dlfix::mapping {

std::string_view fault_types_data();

}  // namespace dlfix::mapping
