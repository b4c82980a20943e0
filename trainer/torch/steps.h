// One optimisation step of a group, and the sums that an epoch's record is made of.
#pragma once

#include <string>
#include <vector>

#include "trainer/torch/group.h"
#include "trainer/torch/metrics.h"

namespace dlfix::trainer {

/// One forward and backward pass of a batch in all replicas.
struct BatchPass {
  Value output;
  Tensor target;
  Tensor loss;                                ///< [R], penalties included
  Tensor gradients;                           ///< [R, P]; undefined when nothing is trainable
  std::vector<EmbeddingGradient> embeddings;  ///< where the optimiser wants them
};

/// Trains nothing, but moves moving statistics, as a forward pass in training does. `weights`: of
/// all rows, or undefined; `step` tells random masks apart.
BatchPass run_batch(Group& group, const Rows& rows, const Tensor& index, const Tensor& weights,
                    std::uint64_t step);

class Steps {
 public:
  /// `metrics`: canonical names to follow during training; `row_weights` [rows] or undefined.
  Steps(std::vector<std::string> metrics, Tensor row_weights);
  void begin_epoch(std::int64_t replicas, const at::Device& device);
  /// Trains on the rows `index` [R * b] with learning rates [R].
  void step(Group& group, const Rows& rows, const Tensor& index, std::span<const float> rates);
  /// Of the rows of the epoch, as they were predicted before each step: [R].
  Tensor mean_loss() const { return loss_sum_ / double(rows_seen_); }
  Tensor mean_metric(std::size_t metric) const;
  /// mean_metric() where it is a mean over rows; NaN for what needs all rows at once.
  Tensor running_metric(std::size_t metric) const;
  /// Of the last step's rows, penalties included: [R].
  const Tensor& batch_loss() const { return batch_loss_; }
  /// Drops replicas.
  void select(const Tensor& keep);
  /// L2 norm of each trainable weight's gradient at the first step: [R, weights].
  const Tensor& first_gradient_norms() const { return first_norms_; }

 private:
  void add_numbers(const Group& group, const BatchPass& pass);

  std::vector<std::string> metrics_;
  Tensor row_weights_;
  std::uint64_t step_ = 0;
  Tensor loss_sum_, batch_loss_;
  Tensors metric_sums_;
  RankedRows ranked_;
  bool ranks_ = false;  ///< some metric needs all predictions of an epoch
  std::int64_t rows_seen_ = 0;
  Tensor first_norms_;
};

/// Weights of the training rows from class_weight and sample_weight; undefined: all ones.
/// Errors: TrainingFailure (kCrash) for a class without a weight where Keras asks for one.
Tensor row_weights(const FitSpec& fit, const Rows& rows, const Profile& profile);

}  // namespace dlfix::trainer
