// What an endpoint says went wrong, in whichever of the vendors' forms.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "providers/http.h"

namespace dlfix::providers {

struct ApiError {
  int status = 0;
  std::string code;
  std::string type;
  std::string param;
  std::string message;  ///< at most 500 bytes
  std::string details;  ///< the error's other fields as JSON, for words to be found in
};

/// Reads {"error": {...}} (OpenAI, Azure, llama.cpp), {"type": "error", "error": {...}}
/// (Anthropic), {"error": "text"} (Ollama), [{"error": {...}}] (Gemini), {"message": ...} (vLLM),
/// {"detail": ...} (gateways), or the text itself. Never throws.
ApiError read_api_error(const HttpResponse& response);
/// The same of a body that is JSON already (an error inside a stream).
ApiError read_api_error(const nlohmann::json& body, int status);

/// True for answers that make every further request pointless: 401, 403, 402, an exhausted quota or
/// credit, an enforced spend limit (which may come as 400 or 429).
bool ends_the_run(const ApiError& error, bool says_when_to_retry);
bool ends_the_run(const HttpResponse& response);

/// The HTTP status that an error inside a stream stands for, by its type; 500 when unknown.
int status_of_stream_error(const ApiError& error);

/// "URL: HTTP 404: message (remedy)"; no secret but what the endpoint itself says.
std::string describe_failure(const std::string& base_url, const HttpResponse& response);

}  // namespace dlfix::providers
