// Keras's fit for the replicas of a group, from the first batch to the last evaluation.
#pragma once

#include <functional>
#include <vector>

#include "trainer/torch/batches.h"
#include "trainer/torch/callbacks.h"
#include "trainer/torch/evaluation.h"
#include "trainer/torch/group.h"
#include "trainer/torch/steps.h"
#include "trainer/torch/tracer.h"

namespace dlfix::trainer {

struct TrainingHooks {
  std::function<bool()> cancelled;
  /// A replica (its position in the list of requests) has finished.
  std::function<void(std::size_t replica, TrainingResult result)> on_result;
  std::function<void(std::size_t replica, std::int64_t epoch)> on_epoch;
};

class FusedTraining {
 public:
  /// All requests can be fused (fusion.h). Errors: TrainingFailure.
  FusedTraining(const std::vector<const TrainingRequest*>& requests, const FitData& data,
                const Profile& profile, const at::Device& device, TrainingHooks hooks);
  /// Trains; every replica gets its on_result.
  void run();
  const Group& group() const { return group_; }

 private:
  struct Replica {
    std::size_t request = 0;  ///< position in the list of requests
    FitCallbacks callbacks;
    double learning_rate = 0;
    bool stopped = false;  ///< by a callback
    TrainingResult result;
    Tensor best_parameters, best_state;
  };

  bool train_epoch(std::int64_t epoch);
  std::size_t wanted_metric(std::size_t r) const;
  void record(std::int64_t epoch);
  void record_replica(std::int64_t r, std::int64_t epoch, const EpochRecord& record,
                      const EpochLogs& logs);
  void retire(std::int64_t epoch);
  void finish(const std::vector<std::int64_t>& done);
  void pass_milestones(std::int64_t epoch);
  bool is_done(std::int64_t r, std::int64_t epoch) const;
  void cancel_all();
  void charge_time();

  FitData data_;
  TrainingHooks hooks_;
  Group group_;
  std::vector<Replica> replicas_;
  std::vector<std::string> metrics_;  ///< the requested one first, then what callbacks watch
  Batches batches_;
  Steps steps_;
  Tracer tracer_;
  double charged_until_ = 0;  ///< seconds
};

/// Metrics to follow for a request, canonical, the requested one first.
std::vector<std::string> followed_metrics(const TrainingRequest& request,
                                          const FitCallbacks& callbacks);

}  // namespace dlfix::trainer
