// Whole numbers in JSON that may be anything.
#pragma once

#include <algorithm>
#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>

namespace dlfix::support {

/// `get<int>`, which is undefined for a number such as 1e22, with numbers beyond an int's range as
/// its ends; fractions are cut off. Throws nlohmann's type_error for what is no number.
template <typename Json>
int saturated_int(const Json& value) {
  if (!value.is_number()) return value.template get<int>();
  constexpr double kLeast = std::numeric_limits<int>::min();
  constexpr double kMost = std::numeric_limits<int>::max();
  return static_cast<int>(std::clamp(value.template get<double>(), kLeast, kMost));
}

/// The same for a field of an object; `otherwise` when there is none. Throws for what is no object.
template <typename Json>
int saturated_int(const Json& object, const char* name, int otherwise) {
  return object.contains(name) ? saturated_int(object[name]) : object.value(name, otherwise);
}

}  // namespace dlfix::support
