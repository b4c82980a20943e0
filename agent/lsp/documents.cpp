#include "agent/lsp/documents.h"

#include "trainer/support/errors.h"
#include "trainer/support/json_int.h"

namespace dlfix::agent::lsp {

using nlohmann::json;
using support::saturated_int;

void apply_changes(Document& document, const json& changes, Encoding encoding) {
  for (const json& change : changes) {
    if (!change.is_object() || !change.contains("text") || !change["text"].is_string()) {
      throw support::InputError("lsp: a change of " + document.uri + " has no text");
    }
    const auto text = change["text"].get<std::string>();
    if (!change.contains("range")) {
      document.text = text;
      continue;
    }
    const LineIndex index(document.text);
    const auto offset = [&](const char* end) {
      const json& position = change["range"].at(end);
      return index.offset(saturated_int(position, "line", 0),
                          saturated_int(position, "character", 0), encoding);
    };
    const std::size_t begin = offset("start");
    const std::size_t end = std::max(begin, offset("end"));
    document.text.replace(begin, end - begin, text);
  }
}

}  // namespace dlfix::agent::lsp
