// Runs jobs one after another, each as a process of the command line, so that a job can be killed
// at any moment and begun again: the run store answers what was done before.
#pragma once

#include <atomic>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "agent/serve/job_store.h"
#include "agent/serve/serve_options.h"

namespace dlfix::agent::serve {

struct JobRunnerOptions {
  std::string executable;  ///< dlfix-agent
  std::string store;       ///< run store
  std::string folder;      ///< of our own, for texts that were posted and for results
  std::string directory;   ///< commands run in it: the root
  std::string python;      ///< runs programs; the sandbox's launcher
  int at_a_time = 1;
  int run_seconds = 600;     ///< for the data code of a program
  int run_memory_mb = 8192;  ///< for one of its processes
};

/// The arguments of the command line that does a job. `program`: the file.
std::vector<std::string> job_arguments(const Job& job, const std::string& program,
                                       const JobRunnerOptions& options);

class JobRunner {
 public:
  JobRunner(JobRunnerOptions options, JobStore& jobs) : options_(std::move(options)), jobs_(jobs) {}
  ~JobRunner() { stop(); }
  void start();
  /// Ends running jobs' processes; the jobs stay running in the store, to be gone on with.
  void stop();
  /// A waiting job never begins; a running one's processes are killed, at once.
  void cancel(const std::string& id);

 private:
  void work();
  void run(const Job& job);
  std::string program_file(const Job& job, const std::string& folder) const;

  JobRunnerOptions options_;
  JobStore& jobs_;
  std::atomic<bool> stopping_{false};
  std::mutex mutex_;
  std::map<std::string, bool> running_;  ///< id -> to be cancelled
  std::vector<std::thread> threads_;
};

}  // namespace dlfix::agent::serve
