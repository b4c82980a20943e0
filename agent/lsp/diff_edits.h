// A unified diff as edits of an editor.
#pragma once

#include <nlohmann/json.hpp>
#include <string>

namespace dlfix::agent::lsp {

/// The TextEdits of the part of a diff that is about the file of this name ("model.py", the last
/// component of its path). Whole lines are replaced, so that the edits are the same in every
/// encoding of positions. Empty: the diff does not touch the file.
nlohmann::json edits_of_diff(const std::string& diff, const std::string& file_name);

}  // namespace dlfix::agent::lsp
