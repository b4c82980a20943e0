// Layers whose gradients we compute ourselves, without autograd: a step of a small network is bound
// by what every recorded operation costs.
#pragma once

#include "trainer/torch/layer.h"

namespace dlfix::trainer {

/// What a forward step keeps for its backward step.
using Tape = Tensors;

/// A layer takes part in a chain (chain.h) when its class also derives from this. A layer with an
/// activation computes all but the activation.
class ExplicitLayer {
 public:
  virtual ~ExplicitLayer() = default;
  /// False where only some layers of the class have gradients of their own.
  virtual bool is_explicit() const { return true; }
  /// The activation behind it; nullptr: none.
  virtual const Activations* activation() const { return nullptr; }
  /// Whether it is an activation and nothing else.
  virtual bool is_activation() const { return false; }
  /// Whether its output is the product of weights: what a loss may call logits.
  virtual bool has_product() const { return false; }
  virtual Tensor forward(const Tensor& x, const CallContext& context, Tape& tape) const = 0;
  /// From the gradient of the output, that of the input (undefined unless `wants_input`) and of the
  /// weights, which is written to `gradients` [R, shape...], by weight; undefined: not wanted.
  virtual Tensor backward(const Tensor& dy, const CallContext& context, const Tape& tape,
                          const Tensors& gradients, bool wants_input) const = 0;
};

}  // namespace dlfix::trainer
