// Any other server with OpenAI's Chat Completions: vLLM, llama.cpp, LM Studio, gateways, Gemini's
// compatible endpoint. Differs in the older name of the output limit and in having no URL of its
// own.
#include "providers/dialects/all.h"
#include "providers/dialects/chat_completions.h"
#include "providers/json_fields.h"

namespace dlfix::providers {
namespace {

HttpRequest request(const Connection& connection, const ChatRequest& chat,
                    const Adjustments& adjustments) {
  return {join_url(connection.base_url, "/chat/completions"), openai_headers(connection),
          dump(chat_body(connection, chat, adjustments, false))};
}

}  // namespace

Dialect compatible_dialect() {
  Dialect dialect = openai_dialect();
  dialect.name = "compatible";
  dialect.summary =
      "any server with OpenAI's chat API: vLLM, llama.cpp, LM Studio, Gemini, gateways";
  dialect.default_url = "";
  dialect.needs_key = false;
  dialect.request = request;
  return dialect;
}

}  // namespace dlfix::providers
