// Activations forward and backward without autograd.
#pragma once

#include "trainer/torch/activations.h"
#include "trainer/torch/explicit_layer.h"

namespace dlfix::trainer {

/// The activation of all replicas; keeps in `tape` what backward needs.
Tensor activation_forward(const Activations& activations, const Tensor& x, Tape& tape);
Tensor activation_backward(const Activations& activations, const Tensor& dy, const Tape& tape);

}  // namespace dlfix::trainer
