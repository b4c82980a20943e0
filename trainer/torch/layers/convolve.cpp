#include "trainer/torch/layers/convolve.h"

namespace dlfix::trainer {
namespace {

// [B, C, H, W] and [O, C, h, w], each strided as it comes.
Tensor convolve_images(const Window& window, const Tensor& images, const Tensor& kernel,
                       const Tensor& bias, std::int64_t groups) {
  const auto padding =
      window.is_padded_evenly() ? window.padding() : std::array<std::int64_t, 2>{0, 0};
  const auto strides = window.strides();
  const auto dilations = window.dilations();
  return at::conv2d(images, kernel, bias, at::IntArrayRef(strides), at::IntArrayRef(padding),
                    at::IntArrayRef(dilations), groups);
}

Tensor one_by_one(const Window& window, const Tensor& x, const Tensor& kernel, const Tensor& bias,
                  std::int64_t groups) {
  const Tensors images = x.unbind(0);
  const Tensors kernels = kernel.unbind(0);
  const Tensors biases = bias.defined() ? bias.unbind(0) : Tensors(images.size());
  Tensors outputs;
  for (std::size_t r = 0; r < images.size(); ++r) {
    const Tensor y = convolve_images(window, images[r].permute({0, 3, 1, 2}),
                                     kernels[r].permute({3, 2, 0, 1}), biases[r], groups);
    outputs.push_back(y.permute({0, 2, 3, 1}));
  }
  return outputs.size() == 1 ? outputs[0].unsqueeze(0) : at::stack(outputs, 0);
}

Tensor grouped(const Window& window, const Tensor& x, const Tensor& kernel, const Tensor& bias,
               std::int64_t groups) {
  const std::int64_t replicas = x.size(0);
  const std::int64_t rows = x.size(1);
  const std::int64_t filters = kernel.size(4);
  const Tensor images =
      x.permute({1, 0, 4, 2, 3}).reshape({rows, replicas * x.size(4), x.size(2), x.size(3)});
  const Tensor kernels =
      kernel.permute({0, 4, 3, 1, 2})
          .reshape({replicas * filters, kernel.size(3), kernel.size(1), kernel.size(2)});
  const Tensor biases = bias.defined() ? bias.reshape({-1}) : bias;
  const Tensor y = convolve_images(window, images, kernels, biases, replicas * groups);
  return y.view({rows, replicas, filters, y.size(2), y.size(3)})
      .permute({1, 0, 3, 4, 2})
      .contiguous();
}

// Gradients of one convolution of images [B, C, H, W]: of images, kernel and bias.
std::tuple<Tensor, Tensor, Tensor> convolution_gradients(const Window& window, const Tensor& dy,
                                                         const Tensor& images, const Tensor& kernel,
                                                         std::int64_t groups, bool wants_input,
                                                         bool wants_bias) {
  const auto padding =
      window.is_padded_evenly() ? window.padding() : std::array<std::int64_t, 2>{0, 0};
  const std::array<std::int64_t, 1> bias{kernel.size(0)};
  return at::convolution_backward(
      dy, images, kernel, at::OptionalIntArrayRef(at::IntArrayRef(bias)),
      at::IntArrayRef(window.strides()), at::IntArrayRef(padding),
      at::IntArrayRef(window.dilations()), false, {0, 0}, groups, {wants_input, true, wants_bias});
}

struct Gradients {
  Tensor input, kernel, bias;  ///< with the leading replicas
};

Gradients one_by_one_backward(const Window& window, const Tensor& x, const Tensor& kernel,
                              const Tensor& dy, std::int64_t groups, bool wants_input,
                              bool wants_bias) {
  Tensors inputs;
  Tensors kernels;
  Tensors biases;
  for (std::int64_t r = 0; r < x.size(0); ++r) {
    const auto [dx, dw, db] =
        convolution_gradients(window, dy[r].permute({0, 3, 1, 2}), x[r].permute({0, 3, 1, 2}),
                              kernel[r].permute({3, 2, 0, 1}), groups, wants_input, wants_bias);
    if (wants_input) inputs.push_back(dx.permute({0, 2, 3, 1}));
    kernels.push_back(dw.permute({2, 3, 1, 0}));
    if (wants_bias) biases.push_back(db);
  }
  const auto joined = [](const Tensors& parts) {
    if (parts.empty()) return Tensor();
    return parts.size() == 1 ? parts[0].unsqueeze(0) : at::stack(parts, 0);
  };
  return {joined(inputs), joined(kernels), joined(biases)};
}

Gradients grouped_backward(const Window& window, const Tensor& x, const Tensor& kernel,
                           const Tensor& dy, std::int64_t groups, bool wants_input,
                           bool wants_bias) {
  const std::int64_t replicas = x.size(0);
  const std::int64_t rows = x.size(1);
  const std::int64_t filters = kernel.size(4);
  const auto folded = [&](const Tensor& t) {
    return t.permute({1, 0, 4, 2, 3}).reshape({rows, replicas * t.size(4), t.size(2), t.size(3)});
  };
  const Tensor kernels =
      kernel.permute({0, 4, 3, 1, 2})
          .reshape({replicas * filters, kernel.size(3), kernel.size(1), kernel.size(2)});
  const auto [dx, dw, db] = convolution_gradients(window, folded(dy), folded(x), kernels,
                                                  replicas * groups, wants_input, wants_bias);
  Gradients gradients;
  if (wants_input) {
    gradients.input =
        dx.view({rows, replicas, x.size(4), x.size(2), x.size(3)}).permute({1, 0, 3, 4, 2});
  }
  gradients.kernel =
      dw.view({replicas, filters, dw.size(1), dw.size(2), dw.size(3)}).permute({0, 3, 4, 2, 1});
  if (wants_bias) gradients.bias = db.view({replicas, filters});
  return gradients;
}

}  // namespace

Window convolution_window(const nlohmann::json& attributes, std::size_t rank) {
  Window window;
  const std::vector<std::int64_t> ones(rank, 1);
  const auto sizes = window_attribute(attributes, "kernel_size", rank, {});
  const auto strides = window_attribute(attributes, "strides", rank, ones);
  const auto dilations = window_attribute(attributes, "dilation_rate", rank, ones);
  for (std::size_t i = 0; i < rank; ++i) {
    WindowAxis& axis = window.axes[2 - rank + i];
    axis.size = sizes[i];
    axis.stride = strides[i];
    axis.dilation = dilations[i];
  }
  return window;
}

Tensor convolve(const Window& window, std::size_t rank, const Tensor& x, const Tensor& kernel,
                const Tensor& bias, std::int64_t groups) {
  Tensor images = rank == 1 ? x.unsqueeze(2) : x;
  const Tensor kernels = rank == 1 ? kernel.unsqueeze(1) : kernel;
  if (!window.is_padded_evenly()) images = window.padded(images, 0);
  const Tensor y = images.is_cpu() ? one_by_one(window, images, kernels, bias, groups)
                                   : grouped(window, images, kernels, bias, groups);
  return rank == 1 ? y.squeeze(2) : y;
}

Tensor convolve_backward(const Window& window, std::size_t rank, const Tensor& x,
                         const Tensor& kernel, const Tensor& dy, std::int64_t groups,
                         const Tensor& kernel_gradient, const Tensor& bias_gradient,
                         bool wants_input) {
  const Tensor images = rank == 1 ? x.unsqueeze(2) : x;
  const Tensor kernels = rank == 1 ? kernel.unsqueeze(1) : kernel;
  const Tensor out = rank == 1 ? dy.unsqueeze(2) : dy;
  const Tensor padded = window.is_padded_evenly() ? images : window.padded(images, 0);
  const auto compute = images.is_cpu() ? one_by_one_backward : grouped_backward;
  const Gradients own =
      compute(window, padded, kernels, out, groups, wants_input, bias_gradient.defined());
  if (kernel_gradient.defined()) {
    kernel_gradient.copy_(rank == 1 ? own.kernel.squeeze(1) : own.kernel);
  }
  if (bias_gradient.defined()) bias_gradient.copy_(own.bias);
  if (!wants_input) return {};
  const Tensor dx = window.is_padded_evenly() ? own.input : window.unpadded(own.input, images);
  return rank == 1 ? dx.squeeze(2) : dx;
}

}  // namespace dlfix::trainer
