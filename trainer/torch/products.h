// Matrix products of all replicas, one after another: on a processor BLAS is called directly,
// because a batched product costs a dispatch for every slice.
#pragma once

#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// x [R, n, I] times w [R, I, O], plus bias [R, O] where it is defined: [R, n, O].
Tensor affine(const Tensor& x, const Tensor& w, const Tensor& bias);
/// The same with a gradient that autograd records; `addend`: [R, 1, O], [R, n, O] or undefined. Not
/// LibTorch's own batched product: what that gives for a replica may depend on how many there are.
Tensor recorded_product(const Tensor& x, const Tensor& w, const Tensor& addend);
/// Writes x^T dy, [R, I, O], to `gradient`, whose replicas may lie apart.
void write_product_gradient(const Tensor& x, const Tensor& dy, const Tensor& gradient);
/// Writes the sum of dy [R, n, O] over its rows to `gradient` [R, O], whose replicas may lie apart.
void write_bias_gradient(const Tensor& dy, const Tensor& gradient);
/// dy [R, n, O] times w^T: [R, n, I].
Tensor input_gradient(const Tensor& dy, const Tensor& w);

}  // namespace dlfix::trainer
