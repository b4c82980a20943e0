// How long a prompt is and how long a model allows it to be.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dlfix::prompts {

/// Tokens of a text, estimated: a quarter of its bytes, rounded up. Within 20 to 30 % for code; no
/// vendor's tokenizer is needed. Every output calls it an estimate.
std::int64_t estimate_tokens(std::string_view text);

/// The context of the models whose name begins with `prefix`.
struct ContextLimit {
  std::string prefix;
  std::int64_t tokens = 0;  ///< prompt and answer together
};

/// Reads `path` (prompts/context_limits.json). Errors: EnvironmentError (file), InputError (form).
std::vector<ContextLimit> read_context_limits(const std::string& path);

/// Context of `model` by the longest prefix that fits; a vendor in front ("meta/llama-3.1-8b") is
/// passed over. Nothing when the model is not known.
std::optional<std::int64_t> context_limit(const std::vector<ContextLimit>& limits,
                                          std::string_view model);

/// Tokens that a prompt may have in a context of `limit`: the answer gets a quarter, at most 4096.
std::int64_t prompt_room(std::int64_t limit);

}  // namespace dlfix::prompts
