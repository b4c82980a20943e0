// The documents that an editor has open.
#pragma once

#include <map>
#include <nlohmann/json.hpp>
#include <string>

#include "agent/lsp/positions.h"

namespace dlfix::agent::lsp {

struct Document {
  std::string uri;
  std::string text;
  nlohmann::json version;
};

/// Applies the contentChanges of textDocument/didChange in their order: each is a range and its new
/// text, or a whole text. Errors: InputError when a change has neither.
void apply_changes(Document& document, const nlohmann::json& changes, Encoding encoding);

}  // namespace dlfix::agent::lsp
