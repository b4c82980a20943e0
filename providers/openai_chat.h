// OpenAI's Chat Completions protocol: OpenAI itself and every compatible server (vLLM, llama.cpp,
// LM Studio, gateways). Two pure functions between our values and HTTP, and the provider that uses
// them.
#pragma once

#include <memory>
#include <string>

#include "providers/http.h"
#include "providers/provider.h"
#include "providers/retry.h"

namespace dlfix::providers {

struct OpenAiEndpoint {
  std::string dialect = "openai";  ///< or "compatible"
  std::string base_url = "https://api.openai.com/v1";
  std::string api_key;  ///< empty: no Authorization header
  std::string organization;
  std::string project;
  HttpOptions http;
  RetryPolicy retry;
};

/// POST {base}/chat/completions with model, messages and, unless `without_temperature`,
/// temperature; nothing else, as the paper's scripts.
HttpRequest openai_request(const OpenAiEndpoint& endpoint, const ChatRequest& request,
                           bool without_temperature = false);

/// Reads a response of any kind into a Reply; never throws. Secrets of `endpoint` are removed from
/// messages.
Reply openai_reply(const OpenAiEndpoint& endpoint, const HttpResponse& response);

/// True for a 400 that says the model does not take `temperature`: it is sent once more without.
bool refuses_temperature(const HttpResponse& response);

std::unique_ptr<Provider> make_openai_provider(OpenAiEndpoint endpoint);

}  // namespace dlfix::providers
