#include "providers/chat.h"

#include <nlohmann/json.hpp>
#include <utility>

#include "trainer/support/hash.h"

namespace dlfix::providers {
namespace {

constexpr std::pair<ReplyOutcome, std::string_view> kOutcomeNames[] = {
    {ReplyOutcome::kOk, "ok"},
    {ReplyOutcome::kTruncated, "truncated"},
    {ReplyOutcome::kRefused, "refused"},
    {ReplyOutcome::kEmpty, "empty"},
    {ReplyOutcome::kContentFilter, "content_filter"},
    {ReplyOutcome::kFailed, "failed"},
    {ReplyOutcome::kCancelled, "cancelled"},
    {ReplyOutcome::kUnread, "unread"},
    {ReplyOutcome::kOverBudget, "over_budget"},
};

ReplyOutcome outcome_from(std::string_view name) {
  for (const auto& [outcome, text] : kOutcomeNames)
    if (text == name) return outcome;
  return ReplyOutcome::kFailed;
}

}  // namespace

std::string_view to_string(ReplyOutcome outcome) {
  for (const auto& [known, text] : kOutcomeNames)
    if (known == outcome) return text;
  return "failed";
}

bool is_answer(ReplyOutcome outcome) {
  switch (outcome) {
    case ReplyOutcome::kOk:
    case ReplyOutcome::kTruncated:
    case ReplyOutcome::kRefused:
    case ReplyOutcome::kEmpty:
    case ReplyOutcome::kContentFilter:
      return true;
    default:
      return false;
  }
}

nlohmann::json to_json(const ChatRequest& request) {
  nlohmann::json json{{"model", request.model}, {"repetition", request.repetition}};
  if (request.temperature) json["temperature"] = *request.temperature;
  if (request.max_output_tokens > 0) json["max_output_tokens"] = request.max_output_tokens;
  if (!request.json_schema.empty()) json["json_schema"] = request.json_schema;
  for (const auto& message : request.messages)
    json["messages"].push_back({{"role", message.role}, {"content", message.content}});
  return json;
}

nlohmann::json to_json(const Reply& reply) {
  return {{"outcome", to_string(reply.outcome)},
          {"text", reply.text},
          {"error", reply.error},
          {"model", reply.model},
          {"request_id", reply.request_id},
          {"prompt_tokens", reply.usage.prompt_tokens},
          {"completion_tokens", reply.usage.completion_tokens},
          {"usage_known", reply.usage.known},
          {"seconds", reply.seconds},
          {"attempts", reply.attempts},
          {"temperature_applied", reply.temperature_applied},
          {"raw", reply.raw},
          {"raw_is_stream", reply.raw_is_stream},
          {"system_fingerprint", reply.system_fingerprint},
          {"notes", reply.notes}};
}

Reply reply_from_json(const nlohmann::json& json) {
  Reply reply;
  reply.outcome = outcome_from(json.value("outcome", "failed"));
  reply.text = json.value("text", "");
  reply.error = json.value("error", "");
  reply.model = json.value("model", "");
  reply.request_id = json.value("request_id", "");
  reply.usage = {json.value("prompt_tokens", std::int64_t{0}),
                 json.value("completion_tokens", std::int64_t{0}),
                 json.value("usage_known", false)};
  reply.seconds = json.value("seconds", 0.0);
  reply.attempts = json.value("attempts", 0);
  reply.temperature_applied = json.value("temperature_applied", true);
  reply.raw = json.value("raw", "");
  reply.raw_is_stream = json.value("raw_is_stream", false);
  reply.system_fingerprint = json.value("system_fingerprint", "");
  reply.notes = json.value("notes", std::vector<std::string>{});
  return reply;
}

std::string reply_key(std::string_view dialect, std::string_view base_url,
                      const ChatRequest& request) {
  nlohmann::json key = to_json(request);
  key["dialect"] = dialect;
  key["base_url"] = base_url;
  return support::sha256(key.dump(-1, ' ', true, nlohmann::json::error_handler_t::replace));
}

}  // namespace dlfix::providers
