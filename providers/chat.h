// What is asked of a GPT-class endpoint and what comes back, as values.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dlfix::providers {

struct Message {
  std::string role;  ///< "user" (the paper sends one user message and nothing else)
  std::string content;
};

struct ChatRequest {
  std::string model;
  std::optional<double> temperature;  ///< absent: the endpoint's default
  std::vector<Message> messages;
  int repetition = 0;            ///< which of the independent replies this is; part of the key
  int max_output_tokens = 0;     ///< 0: none is sent (Anthropic, which requires one, gets 4096)
  std::string json_schema = {};  ///< that the answer must follow, where the endpoint offers it
};

enum class ReplyOutcome {
  kOk,
  kTruncated,  ///< the endpoint's token limit cut it; the text is kept
  kRefused,
  kEmpty,
  kContentFilter,
  kFailed,  ///< no reply: see `error`
  kCancelled,
  kUnread,      ///< received and stored, not yet read: only `raw` and what came with it are set
  kOverBudget,  ///< not sent: a cap on requests, tokens or cost would have been exceeded
};
std::string_view to_string(ReplyOutcome outcome);
/// True when the endpoint answered, however usefully: what is paid for and worth keeping.
bool is_answer(ReplyOutcome outcome);

struct Usage {
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;  ///< thoughts included
  bool known = false;                  ///< false: the endpoint did not say
};

struct Reply {
  ReplyOutcome outcome = ReplyOutcome::kFailed;
  std::string text;
  std::string error;           ///< sentence with host and status; never a secret
  bool final_for_run = false;  ///< authentication or quota: further requests are pointless
  std::string model;           ///< as the endpoint returned it (dated snapshot)
  std::string request_id;
  Usage usage;
  double seconds = 0;  ///< of the last attempt
  int attempts = 0;
  bool temperature_applied = true;  ///< false: the model refuses the parameter, sent without
  std::string raw;                  ///< response body as received (at most 4 MiB)
  bool raw_is_stream = false;       ///< `raw` is a stream of events
  std::string system_fingerprint;
  std::vector<std::string> notes;  ///< "sent without response_format", "thoughts removed", ...
};

nlohmann::json to_json(const ChatRequest& request);
nlohmann::json to_json(const Reply& reply);
Reply reply_from_json(const nlohmann::json& json);

/// Content address of one reply: dialect, base URL, model, parameters, messages, repetition
/// (specs: determinism record). Secrets are no part of it.
std::string reply_key(std::string_view dialect, std::string_view base_url,
                      const ChatRequest& request);

}  // namespace dlfix::providers
