// Keras's losses, with the gradients that Keras gives them.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "trainer/torch/activations.h"
#include "trainer/torch/profile.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// Loss values of a slice of replicas, and where the gradient starts.
struct LossTerm {
  Tensor entries;  ///< [R, B] or [R, B, T]: one value per sample
  /// The tensor whose gradient is given: `entries` itself (then `gradient` is undefined and stands
  /// for ones), or the prediction or logits with their gradient per unit weight of the entry.
  Tensor root;
  Tensor gradient;
};

/// One replica slice's loss function, resolved.
struct LossSpec {
  std::string name;  ///< Keras's function name
  nlohmann::json options = nlohmann::json::object();
  bool operator==(const LossSpec&) const = default;
};

/// Keras's function name of a loss spelling (`mse` is mean_squared_error).
/// Errors: TrainingFailure, kUnsupported for one that is not known.
std::string canonical_loss(const std::string& name);
bool is_cross_entropy(const std::string& loss);

/// Whether the loss is computed from the logits of an output activation of this kind.
bool takes_logits(const LossSpec& spec, LogitKind kind, const Profile& profile);

/// `prediction` [R, B, C] or [R, B, T, C] with `logits` and `kind` of these replicas, `target`
/// [R, B, ...] of any type.
LossTerm compute_loss(const LossSpec& spec, const Tensor& prediction, const Tensor& logits,
                      LogitKind kind, const Tensor& target, const Profile& profile);

}  // namespace dlfix::trainer
