#include "eval/repairers/tool_reading.h"

#include <algorithm>

#include "trainer/support/errors.h"

namespace dlfix::eval {

const std::vector<std::string>& tool_readings() {
  static const std::vector<std::string> kNames{"faithful", "study", "mended"};
  return kNames;
}

ToolReading parse_tool_reading(std::string_view name) {
  const auto found = std::ranges::find(tool_readings(), name);
  if (found == tool_readings().end()) {
    throw support::InputError("--tools: \"" + std::string(name) + "\" is not known",
                              "use faithful, study or mended");
  }
  return static_cast<ToolReading>(found - tool_readings().begin());
}

std::string tool_name(const std::string& tool, ToolReading reading) {
  return reading == ToolReading::kMended ? tool : tool + "-" + to_string(reading);
}

std::string to_string(ToolReading reading) {
  return tool_readings()[static_cast<std::size_t>(reading)];
}

}  // namespace dlfix::eval
