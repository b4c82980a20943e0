#include "agent/serve/openapi.h"

#include "agent/serve/built_in_files.h"

namespace dlfix::agent::serve {

nlohmann::json openapi_document(const std::string& url) {
  nlohmann::json document = nlohmann::json::parse(openapi_text());
  document["info"]["version"] = DLFIX_VERSION;
  document["servers"] = nlohmann::json::array({{{"url", url}}});
  return document;
}

}  // namespace dlfix::agent::serve
