// A Keras model in R replicas: one graph, weights with a leading replica dimension.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "trainer/torch/explicit_layer.h"
#include "trainer/torch/layer.h"

namespace dlfix::trainer {

/// Where a weight lies in the flat [R, P] parameters (trainable) or [R, S] state.
struct WeightPlace {
  std::size_t layer = 0;  ///< index into model.layers
  std::size_t index = 0;  ///< of the layer's weights
  std::int64_t offset = 0;
  std::int64_t count = 0;
};

/// L1 and L2 factors of a weight's regulariser in every replica.
struct WeightPenalty {
  WeightPlace place;  ///< among trainable(), or among moving(): then it is only reported
  std::vector<double> l1, l2;
};

/// A constraint on one weight of one replica.
struct WeightConstraint {
  WeightPlace place;
  std::int64_t replica = 0;
  nlohmann::json constraint;
};

/// The numbers of a network. `parameters` and `state` own them; the rest are views.
struct Weights {
  Tensor parameters;              ///< [R, P]
  Tensor state;                   ///< [R, S]: moving statistics
  std::vector<Tensors> by_layer;  ///< [layer][weight]: [R, shape...]
  Tensors trainable;              ///< leaves of the gradient, in order of their offsets
};

/// One forward pass.
struct ForwardContext {
  bool training = false;
  std::uint64_t step = 0;
  const std::vector<std::uint64_t>* seeds = nullptr;  ///< per replica
  /// Receives the activity penalties [R] (undefined when there are none).
  Tensor* penalty = nullptr;
  /// Receives each layer's last output, by layer index, when set.
  Tensors* outputs = nullptr;
  /// Receives the rows that embeddings took, when set.
  std::vector<GatheredRows>* gathered = nullptr;
};

/// Calls where each takes what the one before gave, and every layer has gradients of its own.
struct ChainCall {
  std::size_t layer = 0;
  std::uint32_t stream = 0;             ///< CallContext::stream
  const ExplicitLayer* form = nullptr;  ///< the layer
};
struct Chain {
  std::vector<ChainCall> calls;  ///< empty: the network is no chain
  std::size_t last_product = 0;  ///< behind it are activations alone
};

class Network {
 public:
  /// `models`: one per replica, equal but for free attributes; `inputs`: shapes of one row of data.
  /// Errors: TrainingFailure, kUnsupported (naming layer, line and the supported set) or kCrash.
  Network(std::vector<const ModelSpec*> models, std::vector<Shape> inputs, const Profile& profile);

  std::int64_t replicas() const { return static_cast<std::int64_t>(models_.size()); }
  const Shape& output_shape() const { return output_shape_; }
  std::int64_t parameter_count() const { return parameter_count_; }
  std::int64_t state_count() const { return state_count_; }
  /// Numbers that a forward pass of one row of one replica produces: for estimating memory.
  std::int64_t activation_count() const { return activation_count_; }
  const std::vector<WeightPlace>& trainable() const { return trainable_; }
  const std::vector<WeightPlace>& moving() const { return moving_; }
  const std::vector<WeightPenalty>& penalties() const { return penalties_; }
  const std::vector<WeightConstraint>& constraints() const { return constraints_; }
  const WeightSpec& spec(const WeightPlace& place) const;
  const ModelSpec& model(std::int64_t replica) const { return *models_[replica]; }

  /// Draws initial weights, each replica from its own seed.
  Weights initial_weights(const std::vector<std::uint64_t>& seeds, const at::Device& device) const;
  /// Views of existing numbers.
  Weights bind(Tensor parameters, Tensor state) const;
  /// `inputs`: [R, B, ...] each.
  Value forward(const Tensors& inputs, const Weights& weights, const ForwardContext& context) const;

  /// Depends on the model alone, never on what replicas may differ in.
  const Chain& chain() const { return chain_; }
  /// The places of a flat [R, P] gradient by layer and weight; undefined for what is not trained.
  std::vector<Tensors> gradient_views(const Tensor& gradients) const;
  /// Whether the model's output is made of this layer's (false for inputs).
  bool is_called(std::size_t layer) const { return built_[layer]; }
  /// Whether a layer has an activity regulariser in some replica.
  bool is_regularised(std::size_t layer) const { return regularised_[layer]; }
  /// Its value [R] for the layer's output [R, B, ...], and that value's gradient.
  Tensor activity_penalty(std::size_t layer, const Tensor& output) const;
  Tensor activity_gradient(std::size_t layer, const Tensor& output) const;

 private:
  struct Call {
    std::size_t layer = 0;
    std::vector<std::size_t> inputs;  ///< slots
    std::size_t output = 0;           ///< slot
  };

  std::size_t slot_of(const NodeRef& node, const std::vector<Shape>& inputs);
  std::size_t add_call(const NodeRef& node, const std::vector<Shape>& inputs);
  void make_layer(std::size_t index);
  void build_layer(std::size_t index, const std::vector<Shape>& shapes, std::size_t slot);
  void follow_mask(const Call& call);
  void place_weights();
  void find_penalties();
  void add_penalty(const WeightPlace& place);
  void find_constraints();
  void find_chain();
  /// L1 and L2 factors of a layer's activity regulariser in every replica, [R].
  std::pair<Tensor, Tensor> activity_factors(std::size_t layer, const at::Device& device) const;

  std::vector<const ModelSpec*> models_;
  const Profile* profile_;
  std::vector<std::unique_ptr<Layer>> layers_;
  std::vector<bool> built_;
  std::vector<bool> regularised_;  ///< has an activity regulariser in some replica
  std::vector<Call> calls_;
  std::vector<std::pair<NodeRef, std::size_t>> slots_;  ///< filled while building
  std::vector<Shape> slot_shapes_;
  std::vector<bool> slot_masked_;  ///< the slot's value carries a mask
  std::vector<NodeRef> open_;      ///< nodes being resolved, to detect cycles
  std::size_t output_slot_ = 0;
  Shape output_shape_;
  std::vector<WeightPlace> trainable_;
  std::vector<WeightPlace> moving_;
  std::vector<WeightPenalty> penalties_;
  std::vector<WeightConstraint> constraints_;
  Chain chain_;
  std::int64_t parameter_count_ = 0;
  std::int64_t state_count_ = 0;
  std::int64_t activation_count_ = 0;
};

/// "layer 3 (Dense, line 12)".
std::string describe_layer(const ModelSpec& model, std::size_t index);

/// L1 and L2 factors of a regulariser attribute (null: zeros).
/// Errors: TrainingFailure (kUnsupported) for one that is not l1, l2, l1_l2.
struct Penalty {
  double l1 = 0;
  double l2 = 0;
};
Penalty penalty_of(const nlohmann::json& regularizer);

}  // namespace dlfix::trainer
