// One call of train(): who trains what, what has come back, what is tried again.
#pragma once

#include <span>
#include <vector>

#include "trainer/client/batches.h"
#include "trainer/client/crew.h"

namespace dlfix::trainer {

class TrainingRun {
 public:
  TrainingRun(Crew& crew, std::size_t batch_cap, std::span<const TrainingRequest> requests,
              const TrainingCallbacks& callbacks);
  /// Workers that are still busy (an exception has come) are killed.
  ~TrainingRun();
  TrainingRun(const TrainingRun&) = delete;
  TrainingRun& operator=(const TrainingRun&) = delete;

  /// Returns when every request has had its on_result. Errors: EnvironmentError when no worker can
  /// be started; whatever the callbacks throw.
  void finish();

 private:
  void await_done();
  bool cancelled() const;
  void dispatch();
  void give(Seat& seat, Batch batch);
  void listen();
  void hear(Seat& seat, const WorkerMessage& message);
  void note_progress(Assignment& assignment, const WorkerMessage& message);
  void note_result(Assignment& assignment, const WorkerMessage& message);
  void bury(Seat& seat);
  /// The rest of a batch whose worker failed: halved and tried again, or given up.
  void retry(const Assignment& assignment, TrainingStatus status, const std::string& reason);
  void deliver(std::size_t request, const TrainingResult& result);
  void deliver_without_numbers(std::size_t request, TrainingStatus status,
                               const std::string& reason);
  void cancel_all();

  Crew& crew_;
  std::span<const TrainingRequest> requests_;
  const TrainingCallbacks& callbacks_;
  BatchQueue queue_;
  std::vector<bool> delivered_;
  std::vector<int> failures_alone_;  ///< how often each request made a worker fail, alone
  std::size_t open_;                 ///< requests without a result
};

}  // namespace dlfix::trainer
