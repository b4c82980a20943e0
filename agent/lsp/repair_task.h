// A repair that an editor asked for, with its progress.
#pragma once

#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "agent/commands/scratch_folder.h"
#include "agent/lsp/documents.h"
#include "agent/serve/job_process.h"

namespace dlfix::agent::lsp {

struct RepairSettings {
  std::string executable;
  std::string store;   ///< empty: the command's own
  std::string python;  ///< empty: searched for
  std::string budget;  ///< empty: the command's own
  std::string technique = "auto";
};

/// `dlfix-agent repair` over the text that is in the editor, saved or not.
class RepairTask {
 public:
  /// `path`: of the document. `id`: of the request; `token`: of its progress; null: none is shown.
  RepairTask(const Document& document, const std::string& path, const RepairSettings& settings,
             nlohmann::json id, nlohmann::json token);

  const nlohmann::json& id() const { return id_; }
  const nlohmann::json& token() const { return token_; }
  const Document& document() const { return document_; }
  int event_fd() const { return process_->event_fd(); }
  /// The `value` of a $/progress report; nothing when there is no news.
  std::optional<nlohmann::json> next_report();
  bool ended() const { return process_->ended(); }
  void cancel();
  bool cancelled() const { return cancelled_; }
  /// After ended() or cancel().
  serve::JobOutcome finish() { return process_->finish(); }
  /// The WorkspaceEdit of a result's patch, for the text that was repaired; null without one.
  nlohmann::json edit(const nlohmann::json& result) const;

 private:
  Document document_;
  std::string path_;
  nlohmann::json id_;
  nlohmann::json token_;
  ScratchFolder folder_;
  std::unique_ptr<serve::JobProcess> process_;
  bool cancelled_ = false;
};

}  // namespace dlfix::agent::lsp
