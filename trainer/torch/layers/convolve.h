// Convolutions in the replicated form, shared by all convolution layers.
#pragma once

#include "trainer/torch/layers/windows.h"

namespace dlfix::trainer {

/// The window of a convolution layer: kernel_size, strides, dilation_rate.
Window convolution_window(const nlohmann::json& attributes, std::size_t rank);

/// `x` [R, B, (H,) W, C], `kernel` [R, (h,) w, C / groups, filters], `bias` [R, filters] or
/// undefined; gives [R, B, (H',) W', filters]. Images stay channels-last; LibTorch sees them as a
/// channels-last view. On a CPU every replica has a convolution of its own, so that its bits do not
/// depend on its neighbours; on a GPU one grouped convolution does all.
Tensor convolve(const Window& window, std::size_t rank, const Tensor& x, const Tensor& kernel,
                const Tensor& bias, std::int64_t groups);

/// Gradients of convolve() for dy [R, B, ..., O]: of the input (undefined unless `wants_input`), of
/// kernel and bias, which are written to tensors of their shapes (undefined: not wanted).
Tensor convolve_backward(const Window& window, std::size_t rank, const Tensor& x,
                         const Tensor& kernel, const Tensor& dy, std::int64_t groups,
                         const Tensor& kernel_gradient, const Tensor& bias_gradient,
                         bool wants_input);

}  // namespace dlfix::trainer
