// The worker processes of a pool, kept from one call of train() to the next.
#pragma once

#include <memory>
#include <optional>
#include <vector>

#include "trainer/client/batches.h"
#include "trainer/client/worker_process.h"

namespace dlfix::trainer {

/// A batch that a worker has been given.
struct Assignment {
  std::int64_t id = 0;
  Batch batch;
  std::vector<double> progress;  ///< of each request, from 0 to 1
  std::vector<bool> finished;    ///< its result has come

  std::vector<std::size_t> unfinished() const;
  double remaining_work() const;
};

struct Seat {
  std::unique_ptr<WorkerProcess> process;
  std::optional<Assignment> assignment;
  bool idle() const { return process->ready() && !assignment; }
};

class Crew {
 public:
  explicit Crew(const WorkerOptions& options) : options_(options) {}

  /// Starts workers until there are `wanted`, or as many as the options and the device allow. While
  /// the device is not known, one only. Errors: EnvironmentError when none can be started.
  void start(std::size_t wanted);
  /// Waits at most `patience` for anything that a worker says.
  void wait_for_output(std::chrono::milliseconds patience) const;
  /// Takes a worker that has ended (or that was overdue and is killed) out of its seat, and counts
  /// it when it never was ready. Errors: EnvironmentError when workers keep failing to start.
  void dismiss(Seat& seat, const std::string& obituary);
  void kill_busy();
  /// A new call of train() may try to start workers again, whatever failed before.
  void forgive() { failed_starts_ = 0; }
  /// Ids of batches never repeat, so that late words about an old one are not mistaken.
  std::int64_t next_id() { return ++last_id_; }

  std::vector<Seat>& seats() { return seats_; }
  /// Workers there may be at most; one until the device is known.
  int size() const;
  /// Device of the workers; empty until the first is ready.
  std::string device() const;
  std::string trainer() const;
  double running_work() const;
  /// Starts one worker and waits until it is ready.
  void await_first();

 private:
  WorkerOptions options_;
  std::vector<Seat> seats_;
  int failed_starts_ = 0;
  std::int64_t last_id_ = 0;
};

}  // namespace dlfix::trainer
