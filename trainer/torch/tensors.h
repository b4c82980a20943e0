// The LibTorch headers that the engine needs, and small helpers. Precompiled for the target.
#pragma once

#include <ATen/ATen.h>
#include <ATen/Parallel.h>
#include <torch/csrc/autograd/autograd.h>
#include <torch/csrc/autograd/custom_function.h>

#include <vector>

#include "trainer/spec/model_spec.h"

namespace dlfix::trainer {

using at::Tensor;
using Tensors = std::vector<Tensor>;

/// [a, b, shape...]
inline std::vector<std::int64_t> with_leading(std::initializer_list<std::int64_t> leading,
                                              const Shape& shape) {
  std::vector<std::int64_t> sizes(leading);
  sizes.insert(sizes.end(), shape.begin(), shape.end());
  return sizes;
}

inline std::int64_t element_count(const Shape& shape) {
  std::int64_t count = 1;
  for (std::int64_t dimension : shape) count *= dimension;
  return count;
}

/// Per-replica numbers [R] in the shape [R, 1, ...] that broadcasts with a tensor [R, ...].
inline Tensor per_replica(const Tensor& numbers, const Tensor& like) {
  std::vector<std::int64_t> sizes(static_cast<std::size_t>(like.dim()), 1);
  sizes[0] = numbers.size(0);
  return numbers.view(sizes);
}

/// A float tensor [n] of these numbers on `device`.
inline Tensor float_tensor(const std::vector<double>& values, const at::Device& device) {
  Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kFloat);
  for (std::size_t i = 0; i < values.size(); ++i) {
    tensor.data_ptr<float>()[i] = static_cast<float>(values[i]);
  }
  return tensor.to(device);
}

inline Tensor index_tensor(const std::vector<std::int64_t>& values, const at::Device& device) {
  Tensor tensor = at::empty({static_cast<std::int64_t>(values.size())}, at::kLong);
  std::copy(values.begin(), values.end(), tensor.data_ptr<std::int64_t>());
  return tensor.to(device);
}

}  // namespace dlfix::trainer
