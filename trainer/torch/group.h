// Replicas that train together: their network, weights, optimiser and loss.
#pragma once

#include <memory>
#include <vector>

#include "trainer/spec/training.h"
#include "trainer/torch/data.h"
#include "trainer/torch/loss_head.h"
#include "trainer/torch/network.h"
#include "trainer/torch/optimizers.h"

namespace dlfix::trainer {

/// The data of a group: the same for all its replicas.
struct FitData {
  Rows train;
  std::optional<Rows> validation;
  std::vector<Rows> evaluate;
};

class Group {
 public:
  /// Draws initial weights. Errors: TrainingFailure.
  Group(std::vector<const TrainingRequest*> requests, const FitData& data, const Profile& profile,
        const at::Device& device);

  std::int64_t replicas() const { return static_cast<std::int64_t>(requests_.size()); }
  const TrainingRequest& request(std::int64_t replica) const { return *requests_[replica]; }
  const Profile& profile() const { return *profile_; }
  const at::Device& device() const { return device_; }
  const Network& network() const { return *network_; }
  const LossHead& head() const { return *head_; }
  Weights& weights() { return weights_; }
  const Weights& weights() const { return weights_; }
  Optimizer& optimizer() { return *optimizer_; }
  /// Room for the gradients of all weights, [R, P], and its places by layer and weight (see
  /// Network::gradient_views); its numbers are of the last step.
  const Tensor& gradient_room();
  const std::vector<Tensors>& gradient_views() const { return gradient_views_; }
  const std::vector<std::uint64_t>& seeds() const { return seeds_; }
  /// Shapes in which rows enter the model, see model_input_shapes.
  const std::vector<Shape>& input_shapes() const { return input_shapes_; }

  /// Drops replicas; `keep` are positions in ascending order.
  void select(const std::vector<std::int64_t>& keep);
  /// A copy of some replicas, for measuring them; it has no optimiser.
  Group part(const std::vector<std::int64_t>& keep) const;
  /// Puts other numbers in a replica's place.
  void restore(std::int64_t replica, const Tensor& parameters, const Tensor& state);

 private:
  Group(const Group& whole, const std::vector<std::int64_t>& keep);
  void make_network();

  std::vector<const TrainingRequest*> requests_;
  std::vector<Shape> input_shapes_;
  const Profile* profile_;
  at::Device device_;
  std::vector<std::uint64_t> seeds_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<LossHead> head_;
  Weights weights_;
  std::unique_ptr<Optimizer> optimizer_;
  Tensor gradients_;
  std::vector<Tensors> gradient_views_;
};

/// Shapes in which the data enter the model: the model's own where (n,) is given for (n, 1) or the
/// other way round. Errors: TrainingFailure (kCrash) when the data do not fit the model's inputs.
std::vector<Shape> model_input_shapes(const ModelSpec& model, const Rows& rows);

/// A row metric [R, B] of all replicas (they may have different losses, which `accuracy` looks at
/// in old profiles).
Tensor group_row_metric(const Group& group, const std::string& metric, const Tensor& prediction,
                        const Tensor& target);

/// Inputs of a batch as floats [replicas, rows, shape...].
Tensors gather_inputs(const Rows& rows, const std::vector<Shape>& shapes, const Tensor& index,
                      std::int64_t replicas);

}  // namespace dlfix::trainer
