// One wire protocol: how our values become its HTTP, and its answers ours. Pure functions.
#pragma once

#include <memory>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "providers/connection.h"
#include "providers/provider.h"
#include "providers/sse.h"

namespace dlfix::providers {

/// What of a request a model has been found not to take.
struct Adjustments {
  bool without_temperature = false;
  bool without_schema = false;
  bool without_limit = false;     ///< no limit of output tokens
  bool other_limit_name = false;  ///< max_tokens for max_completion_tokens and the reverse
  bool without_stream_options = false;
  bool operator==(const Adjustments&) const = default;
};

/// What a stream has said so far.
struct StreamState {
  Reply reply;
  std::string finish;  ///< the dialect's word for why it ended; empty: it has not said
  std::string refusal;
  bool ended = false;                        ///< the protocol's own end was seen
  std::optional<std::string> error;          ///< an error event's JSON
  std::optional<std::string> full_response;  ///< the whole response, where the last event has it
};

struct Dialect {
  std::string_view name;
  std::string_view summary;                     ///< for `providers list`
  std::string_view default_url;                 ///< empty: must be given
  std::vector<std::string_view> url_variables;  ///< environment, first one wins
  std::vector<std::string_view> key_variables;
  std::vector<std::string_view> token_variables;  ///< sent as bearer tokens
  bool needs_key = false;                         ///< with the default URL
  std::string_view suggested_model;               ///< inexpensive and capable; empty: none
  bool local = false;  ///< a server on this machine: one request at a time by default
  double highest_temperature = 2;
  enum class Framing { kNone, kSse, kLines } framing = Framing::kSse;

  HttpRequest (*request)(const Connection&, const ChatRequest&, const Adjustments&) = nullptr;
  /// A response body of status 200 into `reply`; false when it is none of this dialect.
  bool (*read)(const nlohmann::json& body, Reply& reply) = nullptr;
  /// One event of a stream.
  void (*read_event)(std::string_view name, const nlohmann::json& data, StreamState&) = nullptr;
  /// Sets the outcome from text, finish and refusal when the stream has ended.
  void (*finish_stream)(StreamState&) = nullptr;
  /// The endpoint's list of models.
  HttpRequest (*list_models)(const Connection&) = nullptr;
  std::vector<std::string> (*read_models)(const nlohmann::json& body) = nullptr;
  /// A provider of its own in place of HTTP (`cmd`); the functions above are not used then.
  std::unique_ptr<Provider> (*make)(const Connection&) = nullptr;
};

/// All dialects, in the order in which they are listed; `replay` is not among them (replay.h).
std::span<const Dialect> dialects();
/// Null when there is none of that name.
const Dialect* find_dialect(std::string_view name);

/// Errors: InputError when the connection lacks what the dialect needs.
std::unique_ptr<Provider> make_provider(const Dialect& dialect, Connection connection);

/// Outcome from what every dialect can say. `truncated`: a limit cut it.
void settle_outcome(Reply& reply, const std::string& refusal, bool truncated, bool filtered);

/// "{base}{path}" without doubled slashes.
std::string join_url(const std::string& base, std::string_view path);
/// Content-Type, User-Agent and the connection's further headers.
std::vector<std::string> common_headers(const Connection& connection);

}  // namespace dlfix::providers
