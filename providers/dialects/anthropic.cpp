// Anthropic Messages. An output limit is required there.
#include <nlohmann/json.hpp>

#include "providers/dialects/all.h"
#include "providers/dialects/chat_completions.h"
#include "providers/json_fields.h"

namespace dlfix::providers {
namespace {

using nlohmann::json;

constexpr int kDefaultLimit = 4096;

std::vector<std::string> headers(const Connection& connection) {
  auto list = common_headers(connection);
  list.emplace_back("anthropic-version: 2023-06-01");
  if (!connection.key.empty())
    list.push_back((connection.bearer ? "Authorization: Bearer " : "x-api-key: ") +
                   connection.key.reveal());
  return list;
}

/// The base URL has no version there; one that was copied with it is understood.
std::string versioned(std::string base) {
  while (base.ends_with('/')) base.pop_back();
  return base.ends_with("/v1") ? base : base + "/v1";
}

HttpRequest request(const Connection& connection, const ChatRequest& chat,
                    const Adjustments& adjustments) {
  json body{{"model", chat.model},
            {"max_tokens", chat.max_output_tokens > 0 ? chat.max_output_tokens : kDefaultLimit},
            {"messages", json::array()}};
  std::string system;
  for (const auto& message : chat.messages) {
    if (message.role == "system") {
      system += (system.empty() ? "" : "\n") + message.content;
    } else {
      body["messages"].push_back({{"role", message.role}, {"content", message.content}});
    }
  }
  if (!system.empty()) body["system"] = system;
  if (chat.temperature && !adjustments.without_temperature) body["temperature"] = *chat.temperature;
  if (!chat.json_schema.empty() && !adjustments.without_schema)
    body["output_config"]["format"] = {{"type", "json_schema"},
                                       {"schema", parse_json(chat.json_schema)}};
  if (connection.stream) body["stream"] = true;
  return {join_url(versioned(connection.base_url), "/messages"), headers(connection), dump(body)};
}

/// Cached input counts too: the three counts add up to the whole.
std::int64_t input_tokens(const json& usage) {
  return count_field(usage, "input_tokens") + count_field(usage, "cache_creation_input_tokens") +
         count_field(usage, "cache_read_input_tokens");
}

void settle(Reply& reply, const std::string& reason) {
  const bool truncated = reason == "max_tokens" || reason == "model_context_window_exceeded";
  settle_outcome(reply,
                 reason == "refusal" ? (reply.text.empty() ? "no reason given" : reply.text) : "",
                 truncated, false);
}

bool read(const json& body, Reply& reply) {
  const json& content = field(body, "content");
  if (!content.is_array() || field(body, "type") != "message") return false;
  reply.model = text_field(body, "model");
  for (const auto& part : content)
    if (field(part, "type") == "text") reply.text += text_field(part, "text");
  const json& usage = field(body, "usage");
  if (usage.is_object())
    reply.usage = {input_tokens(usage), count_field(usage, "output_tokens"), true};
  settle(reply, text_field(body, "stop_reason"));
  return true;
}

void read_event(std::string_view name, const json& data, StreamState& state) {
  std::string type = text_field(data, "type");
  if (type.empty()) type = name;
  if (type == "message_start") {
    const json& message = field(data, "message");
    state.reply.model = text_field(message, "model");
    state.reply.usage.prompt_tokens = input_tokens(field(message, "usage"));
  } else if (type == "content_block_delta") {
    const json& delta = field(data, "delta");
    if (field(delta, "type") == "text_delta") state.reply.text += text_field(delta, "text");
  } else if (type == "message_delta") {
    state.finish = text_field(field(data, "delta"), "stop_reason");
    state.reply.usage.completion_tokens = count_field(field(data, "usage"), "output_tokens");
    state.reply.usage.known = true;
  } else if (type == "message_stop") {
    state.ended = true;
  }
}

void finish_stream(StreamState& state) { settle(state.reply, state.finish); }

HttpRequest list_models(const Connection& connection) {
  return {join_url(versioned(connection.base_url), "/models"), headers(connection), ""};
}

}  // namespace

Dialect anthropic_dialect() {
  Dialect dialect;
  dialect.name = "anthropic";
  dialect.summary = "Anthropic, Messages";
  dialect.default_url = "https://api.anthropic.com";
  dialect.url_variables = {"ANTHROPIC_BASE_URL"};
  dialect.key_variables = {"ANTHROPIC_API_KEY"};
  dialect.token_variables = {"ANTHROPIC_AUTH_TOKEN"};
  dialect.needs_key = true;
  dialect.suggested_model = "claude-haiku-4-5";
  dialect.highest_temperature = 1;
  dialect.request = request;
  dialect.read = read;
  dialect.read_event = read_event;
  dialect.finish_stream = finish_stream;
  dialect.list_models = list_models;
  dialect.read_models = read_model_list;
  return dialect;
}

}  // namespace dlfix::providers
