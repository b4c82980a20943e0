// Probes that are kept warm: reading a program takes milliseconds and not the start of a Python.
#pragma once

#include <chrono>
#include <condition_variable>
#include <deque>
#include <future>
#include <mutex>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

namespace dlfix::agent::serve {

struct ProbePoolOptions {
  std::string python = "python3";    ///< from the start-up options, never from a request
  std::string probe_directory;       ///< holds the package dlfix_probe
  std::vector<std::string> folders;  ///< files below these are read, no others
  int workers = 2;
  int queue = 64;                           ///< requests that may wait; more are refused
  std::chrono::milliseconds limit{10'000};  ///< for one program; its worker is then replaced
  int requests_each = 1000;  ///< after which a worker is replaced, so that memory stays flat
};

/// Python processes of `dlfix_probe.worker`, one a thread. They only inspect: nothing of a program
/// is executed.
class ProbePool {
 public:
  explicit ProbePool(ProbePoolOptions options);
  ~ProbePool();
  ProbePool(const ProbePool&) = delete;
  ProbePool& operator=(const ProbePool&) = delete;

  /// `request`: {program, name_map, model, profile} as dlfix_probe/worker.py takes it. Returns its
  /// document or {"error": ...}. Errors: ProblemError (503 queue_full with Retry-After; 422
  /// analysis_too_long; 503 probe_failed).
  nlohmann::json inspect(const nlohmann::json& request);

 private:
  struct Task {
    std::string line;
    std::promise<nlohmann::json> answer;
  };
  void work();

  ProbePoolOptions options_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Task> waiting_;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace dlfix::agent::serve
