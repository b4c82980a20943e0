#include "providers/dialects/chat_completions.h"

#include "providers/json_fields.h"

namespace dlfix::providers {
namespace {

using nlohmann::json;

/// Some servers give the content as a list of parts.
std::string content_text(const json& content) {
  if (content.is_string()) return content.get<std::string>();
  std::string text;
  if (content.is_array())
    for (const auto& part : content) text += text_field(part, "text");
  return text;
}

void read_usage(const json& body, Usage& usage) {
  const json& counts = field(body, "usage");
  if (!counts.is_object()) return;
  usage = {count_field(counts, "prompt_tokens"), count_field(counts, "completion_tokens"), true};
}

json schema_format(const std::string& schema) {
  return {{"type", "json_schema"},
          {"json_schema", {{"name", "answer"}, {"schema", parse_json(schema)}, {"strict", true}}}};
}

void settle(Reply& reply, const std::string& refusal, const std::string& finish) {
  settle_outcome(reply, refusal, finish == "length", finish == "content_filter");
}

}  // namespace

json chat_body(const Connection& connection, const ChatRequest& request,
               const Adjustments& adjustments, bool modern_limit) {
  json body{{"model", request.model}, {"messages", json::array()}};
  for (const auto& message : request.messages)
    body["messages"].push_back({{"role", message.role}, {"content", message.content}});
  if (request.temperature && !adjustments.without_temperature)
    body["temperature"] = *request.temperature;
  if (request.max_output_tokens > 0 && !adjustments.without_limit)
    body[modern_limit != adjustments.other_limit_name ? "max_completion_tokens" : "max_tokens"] =
        request.max_output_tokens;
  if (!request.json_schema.empty() && !adjustments.without_schema)
    body["response_format"] = schema_format(request.json_schema);
  if (connection.stream) {
    body["stream"] = true;
    if (!adjustments.without_stream_options) body["stream_options"] = {{"include_usage", true}};
  }
  return body;
}

bool read_chat(const json& body, Reply& reply) {
  const json& choices = field(body, "choices");
  if (!choices.is_array() || choices.empty() || !choices.front().is_object()) return false;
  const json& choice = choices.front();
  const json& message = field(choice, "message");
  reply.model = text_field(body, "model");
  reply.system_fingerprint = text_field(body, "system_fingerprint");
  reply.text = content_text(field(message, "content"));
  read_usage(body, reply.usage);
  settle(reply, text_field(message, "refusal"), text_field(choice, "finish_reason"));
  return true;
}

void read_chat_event(std::string_view /*name*/, const json& data, StreamState& state) {
  if (const auto model = text_field(data, "model"); !model.empty()) state.reply.model = model;
  if (const auto print = text_field(data, "system_fingerprint"); !print.empty())
    state.reply.system_fingerprint = print;
  read_usage(data, state.reply.usage);
  const json& choices = field(data, "choices");
  if (!choices.is_array() || choices.empty()) return;
  const json& choice = choices.front();
  const json& delta = field(choice, "delta");
  state.reply.text += content_text(field(delta, "content"));
  state.refusal += text_field(delta, "refusal");
  if (const auto finish = text_field(choice, "finish_reason"); !finish.empty())
    state.finish = finish;
}

/// A stream whose [DONE] came without a finish_reason is complete, too: some servers send none.
void finish_chat_stream(StreamState& state) { settle(state.reply, state.refusal, state.finish); }

std::vector<std::string> read_model_list(const json& body) {
  std::vector<std::string> names;
  const json& list = field(body, "data");
  if (list.is_array())
    for (const auto& entry : list)
      if (auto name = text_field(entry, "id"); !name.empty()) names.push_back(std::move(name));
  return names;
}

std::vector<std::string> openai_headers(const Connection& connection) {
  auto headers = common_headers(connection);
  if (!connection.key.empty())
    headers.push_back("Authorization: Bearer " + connection.key.reveal());
  if (!connection.organization.empty())
    headers.push_back("OpenAI-Organization: " + connection.organization);
  if (!connection.project.empty()) headers.push_back("OpenAI-Project: " + connection.project);
  return headers;
}

HttpRequest list_openai_models(const Connection& connection) {
  return {join_url(connection.base_url, "/models"), openai_headers(connection), ""};
}

}  // namespace dlfix::providers
