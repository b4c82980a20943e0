// Child processes: run one to its end, or talk to one line by line.
#pragma once

#include <atomic>
#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace dlfix::support {

struct ProcessOptions {
  std::vector<std::string> arguments;  ///< argv; [0] is looked up on PATH when it has no '/'
  std::string working_directory;       ///< empty: ours
  std::map<std::string, std::string> environment;  ///< added to (and overriding) ours
  std::string standard_input;                      ///< written, then closed (run_process only)
  std::chrono::milliseconds timeout{0};            ///< 0: none
  std::size_t output_limit = 64u << 20;            ///< bytes kept of each stream; more is dropped
  const std::atomic<bool>* cancel = nullptr;
};

struct ProcessResult {
  int exit_code = -1;  ///< 128 + signal when killed by one
  bool timed_out = false;
  bool cancelled = false;
  std::string standard_output;
  std::string standard_error;
};

/// Runs a child in its own process group until it ends; on timeout or cancel the whole group gets
/// SIGTERM, then SIGKILL after a second. Errors: EnvironmentError when it cannot be started.
ProcessResult run_process(const ProcessOptions& options);

/// A child that reads lines and writes lines, in its own process group. Dies with us (parent-death
/// signal). One thread may read while others write, kill or look.
class LineProcess {
 public:
  /// Errors: EnvironmentError when the child cannot be started. `output_limit` bounds one line and
  /// what waits to be read; a child that exceeds it is killed. `timeout` and `cancel` are not used.
  explicit LineProcess(const ProcessOptions& options);
  ~LineProcess();  ///< kills the child's group when it still runs
  LineProcess(const LineProcess&) = delete;
  LineProcess& operator=(const LineProcess&) = delete;
  /// Writes `line` and a line feed, in the background: never blocks on a child that does not read.
  /// Returns false when the child is gone.
  bool write_line(const std::string& line);
  /// Next full line without its feed; nullopt on timeout or end. `ended()` tells them apart. A last
  /// line without a feed is torn and not given.
  std::optional<std::string> read_line(std::chrono::milliseconds timeout);
  bool ended() const;  ///< the output has ended and every line has been read
  /// Last 16 KiB of the child's standard error.
  std::string standard_error() const;
  /// File descriptor to poll for output; -1 when ended. Read lines with timeout 0 until there is
  /// none before polling: read lines ahead may wait in memory.
  int output_fd() const;
  void kill();  ///< SIGKILL to the child's process group
  /// Closes the child's input and waits for its end. Exit code, or 128 + signal.
  int wait();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dlfix::support
