// Ollama's own API. Its default context is small and cuts long prompts without a word, so num_ctx
// is always set from the prompt's size.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "providers/dialects/all.h"
#include "providers/json_fields.h"

namespace dlfix::providers {
namespace {

using nlohmann::json;

constexpr std::int64_t kLeastContext = 4096;
constexpr std::int64_t kRoomForReply = 2048;
constexpr std::int64_t kBytesPerToken = 3;  // on the safe side: code has about 4

std::int64_t context_size(const ChatRequest& chat) {
  std::int64_t bytes = 0;
  for (const auto& message : chat.messages) bytes += std::ssize(message.content);
  const std::int64_t reply = chat.max_output_tokens > 0 ? chat.max_output_tokens : kRoomForReply;
  const std::int64_t needed = bytes / kBytesPerToken + reply;
  return std::max(kLeastContext, (needed + 1023) / 1024 * 1024);
}

HttpRequest request(const Connection& connection, const ChatRequest& chat,
                    const Adjustments& adjustments) {
  json body{{"model", chat.model},
            {"messages", json::array()},
            {"stream", connection.stream},
            {"options", {{"num_ctx", context_size(chat)}}}};
  for (const auto& message : chat.messages)
    body["messages"].push_back({{"role", message.role}, {"content", message.content}});
  if (chat.temperature && !adjustments.without_temperature)
    body["options"]["temperature"] = *chat.temperature;
  if (chat.max_output_tokens > 0 && !adjustments.without_limit)
    body["options"]["num_predict"] = chat.max_output_tokens;
  if (!chat.json_schema.empty() && !adjustments.without_schema)
    body["format"] = parse_json(chat.json_schema);
  auto headers = common_headers(connection);
  if (!connection.key.empty())
    headers.push_back("Authorization: Bearer " + connection.key.reveal());
  return {join_url(connection.base_url, "/api/chat"), std::move(headers), dump(body)};
}

/// prompt_eval_count is absent when the prompt was cached: counted as 0 then.
void read_usage(const json& body, Usage& usage) {
  if (field(body, "eval_count").is_null()) return;
  usage = {count_field(body, "prompt_eval_count"), count_field(body, "eval_count"), true};
}

bool read(const json& body, Reply& reply) {
  const json& message = field(body, "message");
  if (!message.is_object()) return false;
  reply.model = text_field(body, "model");
  reply.text = text_field(message, "content");
  read_usage(body, reply.usage);
  settle_outcome(reply, "", text_field(body, "done_reason") == "length", false);
  return true;
}

void read_event(std::string_view /*name*/, const json& data, StreamState& state) {
  if (const auto model = text_field(data, "model"); !model.empty()) state.reply.model = model;
  state.reply.text += text_field(field(data, "message"), "content");
  if (field(data, "done") != true) return;
  state.ended = true;
  state.finish = text_field(data, "done_reason");
  read_usage(data, state.reply.usage);
}

void finish_stream(StreamState& state) {
  settle_outcome(state.reply, "", state.finish == "length", false);
}

HttpRequest list_models(const Connection& connection) {
  return {join_url(connection.base_url, "/api/tags"), common_headers(connection), ""};
}

std::vector<std::string> read_models(const json& body) {
  std::vector<std::string> names;
  const json& list = field(body, "models");
  if (list.is_array())
    for (const auto& entry : list)
      if (auto name = text_field(entry, "name"); !name.empty()) names.push_back(std::move(name));
  return names;
}

}  // namespace

Dialect ollama_dialect() {
  Dialect dialect;
  dialect.name = "ollama";
  dialect.summary = "Ollama's own API";
  dialect.default_url = "http://127.0.0.1:11434";
  dialect.url_variables = {"OLLAMA_HOST"};
  dialect.key_variables = {"OLLAMA_API_KEY"};
  dialect.local = true;
  dialect.framing = Dialect::Framing::kLines;
  dialect.request = request;
  dialect.read = read;
  dialect.read_event = read_event;
  dialect.finish_stream = finish_stream;
  dialect.list_models = list_models;
  dialect.read_models = read_models;
  return dialect;
}

}  // namespace dlfix::providers
