// Azure OpenAI: the model is the deployment's name. Classic form with an api-version, v1 form
// without.
#include <nlohmann/json.hpp>

#include "providers/dialects/all.h"
#include "providers/dialects/chat_completions.h"
#include "providers/json_fields.h"

namespace dlfix::providers {
namespace {

std::vector<std::string> headers(const Connection& connection) {
  auto list = common_headers(connection);
  if (!connection.key.empty())
    list.push_back((connection.bearer ? "Authorization: Bearer " : "api-key: ") +
                   connection.key.reveal());
  return list;
}

/// Users give the resource's endpoint, with or without the path that the SDKs add.
std::string resource(std::string url) {
  for (const std::string_view tail : {"/openai/v1", "/openai"}) {
    while (url.ends_with('/')) url.pop_back();
    if (url.ends_with(tail)) url.resize(url.size() - tail.size());
  }
  return url;
}

HttpRequest request(const Connection& connection, const ChatRequest& chat,
                    const Adjustments& adjustments) {
  auto body = chat_body(connection, chat, adjustments, true);
  const std::string base = resource(connection.base_url);
  if (connection.api_version.empty())
    return {join_url(base, "/openai/v1/chat/completions"), headers(connection), dump(body)};
  body.erase("model");
  return {join_url(base, "/openai/deployments/" + chat.model +
                             "/chat/completions?api-version=" + connection.api_version),
          headers(connection), dump(body)};
}

HttpRequest list_models(const Connection& connection) {
  const std::string path = connection.api_version.empty()
                               ? "/openai/v1/models"
                               : "/openai/models?api-version=" + connection.api_version;
  return {join_url(resource(connection.base_url), path), headers(connection), ""};
}

}  // namespace

Dialect azure_dialect() {
  Dialect dialect = openai_dialect();
  dialect.name = "azure";
  dialect.summary = "Azure OpenAI; the model is the deployment's name";
  dialect.default_url = "";
  dialect.url_variables = {"AZURE_OPENAI_ENDPOINT"};
  dialect.key_variables = {"AZURE_OPENAI_API_KEY"};
  dialect.token_variables = {"AZURE_OPENAI_AD_TOKEN"};
  dialect.needs_key = true;
  dialect.request = request;
  dialect.list_models = list_models;
  return dialect;
}

}  // namespace dlfix::providers
