// OpenAI's Chat Completions protocol, which several dialects share.
// Source: OpenAI's published API description; the paper's scripts send model, messages and
// temperature and nothing else.
#pragma once

#include "providers/dialect.h"

namespace dlfix::providers {

/// The body. `modern_limit`: the output limit is called max_completion_tokens, else max_tokens.
nlohmann::json chat_body(const Connection& connection, const ChatRequest& request,
                         const Adjustments& adjustments, bool modern_limit);
bool read_chat(const nlohmann::json& body, Reply& reply);
void read_chat_event(std::string_view name, const nlohmann::json& data, StreamState& state);
void finish_chat_stream(StreamState& state);
/// {"data": [{"id": ...}]}
std::vector<std::string> read_model_list(const nlohmann::json& body);
/// Authorization, OpenAI-Organization, OpenAI-Project.
std::vector<std::string> openai_headers(const Connection& connection);
HttpRequest list_openai_models(const Connection& connection);

}  // namespace dlfix::providers
