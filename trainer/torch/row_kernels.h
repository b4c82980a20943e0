// Loops over the rows of small matrices on a processor, where LibTorch's tensor operations cost
// more than the arithmetic. Each row's numbers depend on that row alone. Tensors are floats.
#pragma once

#include <utility>

#include "trainer/torch/tensors.h"

namespace dlfix::trainer {

/// Whether the functions below take such tensors: floats in a processor's memory.
bool has_row_kernels(const Tensor& x);

/// `bias` [R, n] in every row of a new [R, rows, n].
Tensor repeat_rows(const Tensor& bias, std::int64_t rows);
/// Writes the sum over the rows of `x` [R, rows, n] into `sums` [R, n], whose replicas may lie
/// apart.
void sum_rows(const Tensor& x, const Tensor& sums);
/// Softmax over the last dimension.
Tensor softmax_rows(const Tensor& x);
/// dy where the rectified y is above zero, else 0 * dy.
Tensor rectified_gradient(const Tensor& dy, const Tensor& y);

/// A loss's value for each row, and its gradient with respect to what it is computed from.
struct RowLosses {
  Tensor values;    ///< x's shape without the last dimension
  Tensor gradient;  ///< x's shape
};
/// Cross-entropy of softmax(z) = `p` and the targets `t`, all of one shape; the gradient, p - t, is
/// z's (Keras: softmax_cross_entropy_with_logits).
RowLosses cross_entropy_rows(const Tensor& z, const Tensor& p, const Tensor& t);
/// The same for class ids, [...] of int64, which are 0 to C - 1.
RowLosses sparse_cross_entropy_rows(const Tensor& z, const Tensor& p, const Tensor& ids);
/// Mean squared difference of `p` and `t`, which have one shape.
RowLosses squared_error_rows(const Tensor& p, const Tensor& t);

}  // namespace dlfix::trainer
