// The language server: what an editor asks, and what it is told by itself.
#pragma once

#include <chrono>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <string>

#include "agent/commands/scratch_folder.h"
#include "agent/lsp/documents.h"
#include "agent/lsp/repair_task.h"
#include "agent/serve/static_analysis.h"

namespace dlfix::agent::lsp {

/// Language Server Protocol 3.17. Knows nothing of files and pipes: messages come in through
/// handle(), go out through `send`, and tick() does what is due.
class Server {
 public:
  using Clock = std::chrono::steady_clock;
  using Send = std::function<void(const nlohmann::json&)>;

  Server(serve::StaticAnalysis& analysis, RepairSettings repair, Send send)
      : analysis_(analysis), repair_(std::move(repair)), send_(std::move(send)) {}

  /// Messages that came together: a request among them that another one cancels is not begun.
  void handle(const std::vector<nlohmann::json>& messages);
  /// Publishes diagnostics whose time has come, passes on the progress of a repair.
  void tick();
  /// When tick() is due at the latest; nothing: not before another message.
  std::optional<Clock::time_point> due() const;
  /// To poll for the progress of a repair; -1: none runs.
  int repair_fd() const { return task_ ? task_->event_fd() : -1; }
  /// The exit code, once the editor has said `exit`: 0 after `shutdown`, else 1.
  std::optional<int> exit_code() const { return exit_code_; }
  /// The editor's process, for ending with it; 0: not told.
  int parent() const { return parent_; }

 private:
  using json = nlohmann::json;
  void handle_one(const json& message);
  void request(const json& id, const std::string& method, const json& params);
  void notification(const std::string& method, const json& params);
  void reply(const json& id, json result);
  void refuse(const json& id, int code, const std::string& message);
  void notify(const std::string& method, json params);
  void ask_client(const std::string& method, json params, std::function<void(const json&)> then);

  /// A document that was never saved has a name all the same, in a folder without neighbours.
  std::string path_of(const std::string& uri) const;
  json initialize(const json& params);
  void configure(const json& settings);
  void pull_configuration();
  void open(const json& params);
  void change(const json& params);
  void close(const json& params);
  json hover(const json& params);
  json code_actions(const json& params);
  void execute(const json& id, const json& params);
  void cancel_request(const json& id);
  void finish_repair();
  void offer_patch(const json& result);
  void publish(const std::string& uri);
  std::shared_ptr<const serve::Analysis> analyse(const std::string& uri);

  serve::StaticAnalysis& analysis_;
  RepairSettings repair_;
  Send send_;
  ScratchFolder unsaved_;
  std::map<std::string, Document> documents_;
  std::map<std::string, Clock::time_point> pending_;  ///< when to look at a document again
  std::map<std::int64_t, std::function<void(const json&)>> asked_;
  std::set<std::string> cancelled_;  ///< ids, as JSON, that are not to be begun
  std::int64_t last_asked_ = 0;
  std::unique_ptr<RepairTask> task_;
  Encoding encoding_ = Encoding::kUtf16;
  std::chrono::milliseconds debounce_{300};
  bool initialized_ = false, shut_down_ = false;
  bool pulls_configuration_ = false, shows_progress_ = false;
  int parent_ = 0;
  std::optional<int> exit_code_;
};

/// Speaks over two file descriptors until the editor says `exit`, closes its end or is gone.
/// Returns the exit code.
int serve_editor(serve::StaticAnalysis& analysis, const RepairSettings& repair, int input,
                 int output);

}  // namespace dlfix::agent::lsp
