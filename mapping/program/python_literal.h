// Values as Python source text.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace dlfix::mapping {

/// As Python's repr writes it, always recognisable as a float: 0.001, 1e-05, 1.0.
std::string python_float(double value);
/// In the given quotes (', ", ''' or """); quotes, backslashes and control characters are escaped.
std::string python_string(std::string_view text, std::string_view quote);
/// null None, true True, numbers, strings, lists as tuples `(3, 3)`.
std::string python_literal(const nlohmann::json& value, std::string_view quote);

}  // namespace dlfix::mapping
