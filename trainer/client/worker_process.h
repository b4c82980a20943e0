// One running dlfix-trainer.
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "trainer/client/protocol.h"
#include "trainer/client/worker_pool.h"
#include "trainer/support/subprocess.h"

namespace dlfix::trainer {

class WorkerProcess {
 public:
  /// `workers`: how many share the machine's memory. Errors: EnvironmentError when it cannot be
  /// started.
  WorkerProcess(const WorkerOptions& options, int workers);

  /// The next message, if there is one now. A line that is no message of the protocol kills the
  /// worker: what it says later cannot be trusted.
  std::optional<WorkerMessage> next();
  bool send(const std::string& line) { return process_.write_line(line); }
  void kill() { process_.kill(); }
  bool ended() const { return process_.ended(); }
  int output_fd() const { return process_.output_fd(); }

  bool ready() const { return ready_; }  ///< its hello has come
  bool overdue() const;                  ///< its hello should have come long ago
  const std::string& device() const { return device_; }
  const std::string& trainer() const { return trainer_; }

  /// Waits for the end. Exit code, 128 + signal when killed.
  int wait() { return process_.wait(); }
  /// How it ended, in words: "was killed by SIGSEGV", "ended with exit code 3", and its last words.
  std::string obituary(int exit_code) const;

 private:
  support::LineProcess process_;
  std::chrono::steady_clock::time_point started_;
  bool ready_ = false;
  std::string device_, trainer_, complaint_;
};

/// Cores that this process may use.
int usable_cores();

}  // namespace dlfix::trainer
