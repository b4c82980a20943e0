// Keras's weight constraints on flat parameters.
#pragma once

#include "trainer/torch/network.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// Applies each weight's constraint in each replica (max_norm, non_neg, unit_norm, min_max_norm).
/// Errors: TrainingFailure (kUnsupported) for another one.
void apply_constraints(const Network& network, const Tensor& parameters);

}  // namespace dlfix::trainer
