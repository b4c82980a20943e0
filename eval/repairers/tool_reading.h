// Which reading of a published repair tool is run (--tools).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace dlfix::eval {

enum class ToolReading : std::uint8_t {
  kFaithful,  ///< its published code with all quirks
  kStudy,     ///< as the study of LLMs and repair tools ran it
  kMended,    ///< defects mended: its best self
};

/// faithful, study or mended. Errors: InputError naming them.
ToolReading parse_tool_reading(std::string_view name);
std::string to_string(ToolReading reading);
const std::vector<std::string>& tool_readings();
/// "hebo", "hebo-study": what tables call a tool.
std::string tool_name(const std::string& tool, ToolReading reading);

}  // namespace dlfix::eval
