// Conv1D and Conv2D. Images stay channels-last as in Keras; LibTorch sees them as a channels-last
// view. On a CPU every replica has a convolution of its own, so that its bits do not depend on its
// neighbours; on a GPU one grouped convolution does all.
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"
#include "trainer/torch/layers/windows.h"

namespace dlfix::trainer {
namespace {

class Convolution : public Layer {
 public:
  explicit Convolution(const LayerArgs& args)
      : args_(args),
        rank_(args.specs[0]->class_name == "Conv1D" ? 1 : 2),
        filters_(positive_attribute(args.attributes(), "filters")),
        groups_(args.attributes().value("groups", std::int64_t{1})),
        use_bias_(args.attributes().value("use_bias", true)),
        padding_(args.attributes().value("padding", "valid")),
        activations_(args.activations()) {
    require_channels_last(args.attributes());
    const std::vector<std::int64_t> ones(rank_, 1);
    const auto sizes = window_attribute(args.attributes(), "kernel_size", rank_, {});
    const auto strides = window_attribute(args.attributes(), "strides", rank_, ones);
    const auto dilations = window_attribute(args.attributes(), "dilation_rate", rank_, ones);
    for (std::size_t i = 0; i < rank_; ++i) {
      WindowAxis& axis = window_.axes[2 - rank_ + i];
      axis.size = sizes[i];
      axis.stride = strides[i];
      axis.dilation = dilations[i];
    }
  }

  Shape build(const std::vector<Shape>& inputs) override {
    const Shape& input = inputs.at(0);
    if (input.size() != rank_ + 1) {
      fail_as_crash("the input has " + std::to_string(input.size() + 1) +
                    " dimensions instead of " + std::to_string(rank_ + 2));
    }
    const std::int64_t channels = input.back();
    if (groups_ < 1 || channels % groups_ != 0 || filters_ % groups_ != 0) {
      fail_as_crash("channels and filters must be divisible by groups");
    }
    if (rank_ == 1) window_.axes[0].fit(1, "valid");
    Shape kernel;
    Shape output;
    for (std::size_t i = 0; i < rank_; ++i) {
      WindowAxis& axis = window_.axes[2 - rank_ + i];
      axis.fit(input[i], padding_);
      kernel.push_back(axis.size);
      output.push_back(axis.output);
    }
    kernel.insert(kernel.end(), {channels / groups_, filters_});
    output.push_back(filters_);
    weights_.push_back(weight_spec(args_, "kernel", kernel));
    if (use_bias_) weights_.push_back(weight_spec(args_, "bias", {filters_}));
    return output;
  }

  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    Tensor x = inputs[0].tensor;
    Tensor kernel = (*context.weights)[0];
    if (rank_ == 1) {
      x = x.unsqueeze(2);
      kernel = kernel.unsqueeze(1);
    }
    if (!window_.is_padded_evenly()) x = window_.padded(x, 0);
    const Tensor bias = use_bias_ ? (*context.weights)[1] : Tensor();
    Tensor y = x.is_cpu() ? one_by_one(x, kernel, bias) : grouped(x, kernel, bias);
    if (rank_ == 1) y = y.squeeze(2);
    return activations_.apply({y, {}, {}});
  }

 private:
  // [B, C, H, W] and [O, C, h, w], each strided as it comes.
  Tensor convolve(const Tensor& images, const Tensor& kernel, const Tensor& bias,
                  std::int64_t groups) const {
    const auto padding =
        window_.is_padded_evenly() ? window_.padding() : std::array<std::int64_t, 2>{0, 0};
    const auto strides = window_.strides();
    const auto dilations = window_.dilations();
    return at::conv2d(images, kernel, bias, at::IntArrayRef(strides), at::IntArrayRef(padding),
                      at::IntArrayRef(dilations), groups);
  }

  Tensor one_by_one(const Tensor& x, const Tensor& kernel, const Tensor& bias) const {
    const Tensors images = x.unbind(0);
    const Tensors kernels = kernel.unbind(0);
    const Tensors biases = bias.defined() ? bias.unbind(0) : Tensors(images.size());
    Tensors outputs;
    for (std::size_t r = 0; r < images.size(); ++r) {
      const Tensor y = convolve(images[r].permute({0, 3, 1, 2}), kernels[r].permute({3, 2, 0, 1}),
                                biases[r], groups_);
      outputs.push_back(y.permute({0, 2, 3, 1}));
    }
    return outputs.size() == 1 ? outputs[0].unsqueeze(0) : at::stack(outputs, 0);
  }

  Tensor grouped(const Tensor& x, const Tensor& kernel, const Tensor& bias) const {
    const std::int64_t replicas = x.size(0);
    const std::int64_t rows = x.size(1);
    const Tensor images =
        x.permute({1, 0, 4, 2, 3}).reshape({rows, replicas * x.size(4), x.size(2), x.size(3)});
    const Tensor kernels =
        kernel.permute({0, 4, 3, 1, 2})
            .reshape({replicas * filters_, kernel.size(3), kernel.size(1), kernel.size(2)});
    const Tensor biases = bias.defined() ? bias.reshape({-1}) : bias;
    const Tensor y = convolve(images, kernels, biases, replicas * groups_);
    return y.view({rows, replicas, filters_, y.size(2), y.size(3)})
        .permute({1, 0, 3, 4, 2})
        .contiguous();
  }

  LayerArgs args_;
  std::size_t rank_;
  std::int64_t filters_;
  std::int64_t groups_;
  bool use_bias_;
  std::string padding_;
  Window window_;
  Activations activations_;
};

}  // namespace

void add_convolution_layers(LayerTable& table) {
  const std::vector<std::string> free{
      "activation",       "kernel_initializer",   "bias_initializer",  "kernel_regularizer",
      "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint"};
  table["Conv1D"] = layer_type<Convolution>(free);
  table["Conv2D"] = layer_type<Convolution>(free);
}

}  // namespace dlfix::trainer
