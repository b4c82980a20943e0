// Findings in the editors' own form (LSP 3.17: Diagnostic, WorkspaceEdit, Hover).
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "agent/lsp/positions.h"
#include "agent/serve/static_analysis.h"

namespace dlfix::agent::lsp {

/// One Diagnostic for each finding that no comment suppresses, in their order: code is the fault
/// type, `data.finding` the finding's place in the localisation.
nlohmann::json diagnostics_of(const serve::Analysis& analysis, Encoding encoding);

/// {documentChanges: [{textDocument: {uri, version}, edits}]} of a finding's proposal; null where
/// it has none. `version`: null for a document that is not open.
nlohmann::json workspace_edit(const serve::Analysis& analysis, std::size_t finding,
                              const std::string& uri, const nlohmann::json& version,
                              Encoding encoding);

/// [{finding, title, edit}] of all proposals.
nlohmann::json fixes_of(const serve::Analysis& analysis, const std::string& uri,
                        const nlohmann::json& version, Encoding encoding);

/// What the hyperparameter at a place is, and what is said against it; null where there is none.
nlohmann::json hover_at(const serve::Analysis& analysis, int line, int column, Encoding encoding);

}  // namespace dlfix::agent::lsp
