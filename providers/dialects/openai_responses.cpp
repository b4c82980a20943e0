// OpenAI Responses. `store` is true by default there: the program's text is not to be kept, so
// false is sent.
#include <nlohmann/json.hpp>

#include "providers/dialects/all.h"
#include "providers/dialects/chat_completions.h"
#include "providers/json_fields.h"

namespace dlfix::providers {
namespace {

using nlohmann::json;

HttpRequest request(const Connection& connection, const ChatRequest& chat,
                    const Adjustments& adjustments) {
  json body{{"model", chat.model}, {"input", json::array()}, {"store", false}};
  for (const auto& message : chat.messages)
    body["input"].push_back({{"role", message.role}, {"content", message.content}});
  if (chat.temperature && !adjustments.without_temperature) body["temperature"] = *chat.temperature;
  if (chat.max_output_tokens > 0 && !adjustments.without_limit)
    body["max_output_tokens"] = chat.max_output_tokens;
  if (!chat.json_schema.empty() && !adjustments.without_schema)
    body["text"]["format"] = {{"type", "json_schema"},
                              {"name", "answer"},
                              {"schema", parse_json(chat.json_schema)},
                              {"strict", true}};
  if (connection.stream) body["stream"] = true;
  return {join_url(connection.base_url, "/responses"), openai_headers(connection), dump(body)};
}

/// Text and refusal of every message among the output's items.
void read_output(const json& output, Reply& reply, std::string& refusal) {
  if (!output.is_array()) return;
  for (const auto& item : output) {
    const json& content = field(item, "content");
    if (field(item, "type") != "message" || !content.is_array()) continue;
    for (const auto& part : content) {
      if (field(part, "type") == "output_text") reply.text += text_field(part, "text");
      if (field(part, "type") == "refusal") refusal += text_field(part, "refusal");
    }
  }
}

bool read(const json& body, Reply& reply) {
  const std::string status = text_field(body, "status");
  if (status.empty() || field(body, "output").is_null()) return false;
  reply.text.clear();
  reply.model = text_field(body, "model");
  const json& usage = field(body, "usage");
  if (usage.is_object())
    reply.usage = {count_field(usage, "input_tokens"), count_field(usage, "output_tokens"), true};
  std::string refusal;
  read_output(field(body, "output"), reply, refusal);
  const std::string reason = text_field(field(body, "incomplete_details"), "reason");
  settle_outcome(reply, refusal, status == "incomplete" && reason != "content_filter",
                 reason == "content_filter");
  if (status == "failed" || status == "cancelled") {
    reply.outcome = ReplyOutcome::kFailed;
    reply.error = "the endpoint ended the answer: " + status + " " +
                  text_field(field(body, "error"), "message");
  }
  return true;
}

void read_event(std::string_view name, const json& data, StreamState& state) {
  std::string type = text_field(data, "type");
  if (type.empty()) type = name;
  if (type == "response.output_text.delta") state.reply.text += text_field(data, "delta");
  if (type == "response.refusal.delta") state.refusal += text_field(data, "delta");
  if (type == "response.completed" || type == "response.incomplete" || type == "response.failed") {
    state.ended = true;
    state.full_response = dump(field(data, "response"));
  }
}

void finish_stream(StreamState& state) { settle_outcome(state.reply, state.refusal, false, false); }

}  // namespace

Dialect responses_dialect() {
  Dialect dialect = openai_dialect();
  dialect.name = "openai-responses";
  dialect.summary = "OpenAI, Responses";
  dialect.request = request;
  dialect.read = read;
  dialect.read_event = read_event;
  dialect.finish_stream = finish_stream;
  return dialect;
}

}  // namespace dlfix::providers
