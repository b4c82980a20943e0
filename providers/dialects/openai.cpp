// OpenAI itself, Chat Completions.
#include "providers/dialects/all.h"
#include "providers/dialects/chat_completions.h"
#include "providers/json_fields.h"

namespace dlfix::providers {
namespace {

HttpRequest request(const Connection& connection, const ChatRequest& chat,
                    const Adjustments& adjustments) {
  return {join_url(connection.base_url, "/chat/completions"), openai_headers(connection),
          dump(chat_body(connection, chat, adjustments, true))};
}

}  // namespace

Dialect openai_dialect() {
  Dialect dialect;
  dialect.name = "openai";
  dialect.summary = "OpenAI, Chat Completions";
  dialect.default_url = "https://api.openai.com/v1";
  dialect.url_variables = {"OPENAI_BASE_URL", "OPENAI_API_BASE"};
  dialect.key_variables = {"OPENAI_API_KEY"};
  dialect.needs_key = true;
  dialect.suggested_model = "gpt-5-mini";
  dialect.request = request;
  dialect.read = read_chat;
  dialect.read_event = read_chat_event;
  dialect.finish_stream = finish_chat_stream;
  dialect.list_models = list_openai_models;
  dialect.read_models = read_model_list;
  return dialect;
}

}  // namespace dlfix::providers
