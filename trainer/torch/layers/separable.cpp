// SeparableConv1D/2D and DepthwiseConv1D/2D: every channel has kernels of its own; a separable
// convolution then mixes the channels of one place.
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/convolve.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

class Separable : public Layer {
 public:
  explicit Separable(const LayerArgs& args)
      : args_(args),
        rank_(args.specs[0]->class_name.ends_with("1D") ? 1 : 2),
        mixes_(args.specs[0]->class_name.starts_with("Separable")),
        filters_(mixes_ ? positive_attribute(args.attributes(), "filters") : 0),
        multiplier_(args.attributes().value("depth_multiplier", std::int64_t{1})),
        use_bias_(args.attributes().value("use_bias", true)),
        padding_(args.attributes().value("padding", "valid")),
        window_(convolution_window(args.attributes(), rank_)),
        activations_(args.activations()) {
    require_channels_last(args.attributes());
    if (multiplier_ < 1) fail_as_crash("depth_multiplier must be positive");
    for (WindowAxis& axis : place_.axes) axis.output = 1;
  }

  Shape build(const std::vector<Shape>& inputs) override {
    const Shape& input = inputs.at(0);
    require_rank(input, rank_);
    channels_ = input.back();
    Shape output = fit_window(window_, input, rank_, padding_);
    Shape kernel = window_sizes(window_, rank_);
    kernel.insert(kernel.end(), {channels_, multiplier_});
    add_weight("depthwise", kernel);
    const std::int64_t middle = channels_ * multiplier_;
    if (mixes_) {
      Shape mixing(rank_, 1);
      mixing.insert(mixing.end(), {middle, filters_});
      add_weight("pointwise", mixing);
    }
    output.push_back(mixes_ ? filters_ : middle);
    if (use_bias_) weights_.push_back(weight_spec(args_, "bias", {output.back()}));
    return output;
  }

  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    const Tensors& weights = *context.weights;
    const Tensor bias = use_bias_ ? weights.back() : Tensor();
    // [R, h, w, C, m] as the kernel of C groups with one channel each: [R, h, w, 1, C m].
    std::vector<std::int64_t> sizes = weights[0].sizes().vec();
    sizes[sizes.size() - 2] = 1;
    sizes.back() = channels_ * multiplier_;
    const Tensor kernel = weights[0].reshape(sizes);
    Tensor y =
        convolve(window_, rank_, inputs[0].tensor, kernel, mixes_ ? Tensor() : bias, channels_);
    if (mixes_) y = convolve(place_, rank_, y, weights[1], bias, 1);
    return activations_.apply({y, {}, {}});
  }

 private:
  void add_weight(const std::string& name, const Shape& shape) {
    weights_.push_back(weight_spec(args_, name, shape));
    weights_.back().name = name + "_kernel";
  }

  LayerArgs args_;
  std::size_t rank_;
  bool mixes_;
  std::int64_t filters_;
  std::int64_t multiplier_;
  bool use_bias_;
  std::string padding_;
  Window window_;
  Window place_;  ///< one cell
  Activations activations_;
  std::int64_t channels_ = 0;
};

}  // namespace

void add_separable_layers(LayerTable& table) {
  const std::vector<std::string> free{
      "activation",       "depthwise_initializer", "pointwise_initializer", "bias_initializer",
      "bias_regularizer", "depthwise_regularizer", "pointwise_regularizer", "activity_regularizer"};
  for (const char* name :
       {"SeparableConv1D", "SeparableConv2D", "DepthwiseConv1D", "DepthwiseConv2D"}) {
    table[name] = layer_type<Separable>(free);
  }
}

}  // namespace dlfix::trainer
