// A model's free-text reply -> the JSON object in it, leniently, every leniency recorded.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dlfix::mapping {

/// What was read from a reply. `object` is absent when there is none; then `problem` says why.
struct JsonReply {
  std::optional<nlohmann::ordered_json> object;
  bool strict = false;                  ///< the whole reply is one strict JSON object
  std::vector<std::string> leniencies;  ///< "code fence", "prose around", "trailing comma", ...
  std::string problem;     ///< "no JSON object", "cut off at the end", "line 3: expected ':'"
  bool truncated = false;  ///< the reply ends inside the object: never completed by guess
};

/// Total: any text gives an answer in time linear in its length; nesting deeper than 64 is refused.
/// Accepted beyond JSON: fences and prose around, <think> blocks, comments (//, #, /* */), trailing
/// commas, single and curly quotes, Python's True/False/None and NaN/inf words, a leading `config
/// =`. Of several objects the one with the most scalar members is taken (the last among equals).
JsonReply read_json_reply(std::string_view reply);

}  // namespace dlfix::mapping
