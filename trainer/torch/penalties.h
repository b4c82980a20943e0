// Keras's weight regularisers on flat parameters.
#pragma once

#include "trainer/torch/network.h"
#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// The values of the regularisers, [R]; undefined when no weight has one.
Tensor weight_penalties(const Network& network, const Weights& weights);

/// The same; and adds their gradient to `gradients` [R, P] (when defined), in the same pass over
/// the weights where a processor computes it.
Tensor add_penalties(const Network& network, const Weights& weights, const Tensor& gradients);

}  // namespace dlfix::trainer
