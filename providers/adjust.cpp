#include "providers/adjust.h"

#include <algorithm>
#include <array>
#include <string_view>

namespace dlfix::providers {
namespace {

bool contains(std::string_view text, std::string_view word) {
  return text.find(word) != std::string_view::npos;
}

/// Words by which servers say that a parameter is not theirs (and not that its value is too large).
bool says_unsupported(const ApiError& error) {
  constexpr std::array<std::string_view, 12> kWords = {
      "nsupported",    "not support",   "nrecognized",    "nknown",
      "not permitted", "not allowed",   "nexpected",      "xtra inputs",
      "deprecated",    "not available", "does not exist", "cannot be set"};
  return std::ranges::any_of(kWords, [&](std::string_view word) {
    return contains(error.message, word) || contains(error.code, word);
  });
}

bool is_range_error(const ApiError& error) {
  return contains(error.code, "above_max") || contains(error.code, "below_min") ||
         contains(error.message, "between") || contains(error.message, "less than or equal");
}

bool names(const ApiError& error, std::initializer_list<std::string_view> parameters) {
  for (const auto name : parameters) {
    if (error.param == name) return true;
    if (says_unsupported(error) && contains(error.message, name)) return true;
  }
  return false;
}

}  // namespace

std::optional<Adjustments> adjusted(const ApiError& error, const ChatRequest& request,
                                    const Adjustments& sent) {
  if ((error.status != 400 && error.status != 422) || is_range_error(error)) return {};
  Adjustments next = sent;
  if (names(error, {"stream_options"}) && !sent.without_stream_options) {
    next.without_stream_options = true;
  } else if (request.max_output_tokens > 0 && !sent.without_limit &&
             names(error, {"max_completion_tokens", "max_tokens", "max_output_tokens"})) {
    (sent.other_limit_name ? next.without_limit : next.other_limit_name) = true;
  } else if (!request.json_schema.empty() && !sent.without_schema &&
             names(error,
                   {"response_format", "json_schema", "text.format", "output_config", "format"})) {
    next.without_schema = true;
  } else if (request.temperature && !sent.without_temperature && names(error, {"temperature"})) {
    next.without_temperature = true;
  }
  if (next == sent) return {};
  return next;
}

std::vector<std::string> adjustment_notes(const Adjustments& adjustments,
                                          const ChatRequest& request) {
  std::vector<std::string> notes;
  if (adjustments.without_temperature && request.temperature)
    notes.emplace_back("the model refuses a temperature: it was sent without");
  if (adjustments.without_schema && !request.json_schema.empty())
    notes.emplace_back("the model refuses an answer schema: it was sent without");
  if (adjustments.without_limit && request.max_output_tokens > 0)
    notes.emplace_back("the model refuses a limit of output tokens: it was sent without");
  return notes;
}

}  // namespace dlfix::providers
