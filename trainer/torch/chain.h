// A training step without autograd, for networks whose layers follow one another and have gradients
// of their own (explicit_layer.h). The loss and the activations before it stay with autograd.
#pragma once

#include "trainer/torch/group.h"
#include "trainer/torch/loss_head.h"

namespace dlfix::trainer {

/// What a step gives beside the gradients.
struct ChainPass {
  Value output;
  BatchLoss loss;
  Tensor penalty;  ///< activity regularisers, [R]; undefined: none
};

/// Forward and backward for `inputs` [R, B, ...]; the gradients are in the group's room for them,
/// which must be there. Only for
/// networks that have a chain (Network::chain). `weights`: of the rows, or undefined.
ChainPass run_chain(const Group& group, const Tensor& inputs, const Tensor& target,
                    const Tensor& weights, std::uint64_t step);

}  // namespace dlfix::trainer
