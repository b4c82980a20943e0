// Watches the replicas of a group while they train (TraceSpec) without changing anything.
#pragma once

#include <optional>
#include <vector>

#include "trainer/spec/trace.h"
#include "trainer/torch/group.h"

namespace dlfix::trainer {

class Tracer {
 public:
  /// Without a spec it watches nothing and costs nothing.
  Tracer(const std::optional<TraceSpec>& spec, const Group& group);

  bool watches_batches() const { return spec_ && spec_->batches; }
  /// After a step. `loss` and `metric` [R] are looked at when watches_batches().
  void end_batch(const Group& group, const Rows& rows, std::int64_t epoch, std::int64_t batch,
                 const Tensor& loss, const Tensor& metric);
  /// After an epoch's last batch, before its validation.
  void end_epoch(const Group& group, const Rows& rows, std::int64_t epoch);
  /// What a replica's trace has become; nullopt when nothing is watched.
  std::optional<TrainingTrace> take(std::int64_t replica);
  /// Drops replicas; `keep` are positions in ascending order.
  void select(const std::vector<std::int64_t>& keep);

 private:
  struct Batch {
    std::int64_t epoch, batch;
    Tensor loss, metric;  ///< [R], on the device until the epoch ends
  };

  void check(const Group& group, const Rows& rows, std::int64_t epoch, std::int64_t batch);
  void flush_batches();

  std::optional<TraceSpec> spec_;
  std::vector<TrainingTrace> traces_;
  std::vector<Batch> batches_;
};

}  // namespace dlfix::trainer
