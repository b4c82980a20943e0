// A command of dlfix-agent as a process whose progress is read while it runs.
#pragma once

#include <chrono>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/serve/problem.h"
#include "trainer/support/subprocess.h"

namespace dlfix::agent::serve {

struct JobOutcome {
  int exit_code = 0;
  nlohmann::json answer;           ///< the command's document; null when it failed
  std::optional<Problem> problem;  ///< of a command that failed
};

/// The command is started with --json; its document goes to `output`, a file, and its progress is
/// read line by line (agent/output/progress.h). It dies with us, and may be killed at any moment.
class JobProcess {
 public:
  /// Errors: EnvironmentError when it cannot be started.
  /// `directory`: to run it in; empty: ours.
  JobProcess(const std::vector<std::string>& arguments, std::string output,
             const std::string& directory = "");
  /// The next {"event": ...}; nothing when none comes in time or the command has ended.
  std::optional<nlohmann::json> next_event(std::chrono::milliseconds time);
  bool ended() const { return child_.ended(); }
  void kill() { child_.kill(); }
  /// To poll for events; -1 when there will be none.
  int event_fd() const { return child_.output_fd(); }
  /// Waits for the end and reads the document.
  JobOutcome finish();

 private:
  std::string output_;
  support::LineProcess child_;
  std::string told_;  ///< what the command said beside its events, the last of it
};

}  // namespace dlfix::agent::serve
