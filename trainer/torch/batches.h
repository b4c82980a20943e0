// Which rows form the batches of each epoch, per replica.
#pragma once

#include <optional>
#include <vector>

#include "trainer/torch/profile.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

struct BatchPlan {
  std::int64_t rows = 0;
  std::int64_t batch_size = 32;
  bool shuffle = true;
  std::optional<std::int64_t> steps_per_epoch;
  bool restarts = false;  ///< with steps_per_epoch, an epoch ends where the data end (Keras 3)
};

class Batches {
 public:
  Batches(const BatchPlan& plan, const at::Device& device) : plan_(plan), device_(device) {}
  void begin_epoch() { steps_ = 0; }
  /// Row positions of the next batch, [R * b], replica after replica; nullopt at the epoch's end.
  /// Each replica draws a permutation of its own for every pass over the data.
  std::optional<Tensor> next(const std::vector<std::uint64_t>& seeds);
  /// Drops replicas.
  void select(const Tensor& keep);

 private:
  void start_pass(const std::vector<std::uint64_t>& seeds);
  bool epoch_is_over() const;

  BatchPlan plan_;
  at::Device device_;
  Tensor order_;  ///< [R, rows]
  std::int64_t cursor_ = 0;
  std::int64_t steps_ = 0;
  std::uint64_t pass_ = 0;
};

}  // namespace dlfix::trainer
