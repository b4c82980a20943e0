// Keras's weight constraints and weight penalties on flat parameters.
#pragma once

#include "trainer/torch/network.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// Applies each weight's constraint in each replica (max_norm, non_neg, unit_norm, min_max_norm).
/// Errors: TrainingFailure (kUnsupported) for another one.
void apply_constraints(const Network& network, const Tensor& parameters);

/// Adds the gradient of the regularisers to `gradients` [R, P].
void add_penalty_gradients(const Network& network, const Weights& weights, Tensor& gradients);
/// The values of the regularisers, [R]; undefined when no weight has one.
Tensor weight_penalties(const Network& network, const Weights& weights);

}  // namespace dlfix::trainer
