// A JSON reader for text that people and language models write.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace dlfix::mapping {

struct LenientJson {
  std::optional<nlohmann::ordered_json> value;
  std::size_t end = 0;  ///< where reading stopped, in bytes from the start
  std::set<std::string> leniencies;
  std::string problem;     ///< with the line, counted from 1 in the text given
  bool truncated = false;  ///< the text ended inside the value
};

/// Reads the object that begins at `text[0] == '{'`. Duplicate keys: the last wins, recorded.
LenientJson read_lenient_object(std::string_view text);

}  // namespace dlfix::mapping
