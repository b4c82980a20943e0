// The description of the endpoint.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace dlfix::agent::serve {

/// openapi.json, an OpenAPI 3.1 document, with the version and this server's address.
nlohmann::json openapi_document(const std::string& url);

}  // namespace dlfix::agent::serve
