// Conv1D and Conv2D.
#include "trainer/torch/explicit_layer.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/convolve.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

class Convolution : public Layer, public ExplicitLayer {
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
    window_ = convolution_window(args.attributes(), rank_);
  }

  Shape build(const std::vector<Shape>& inputs) override {
    const Shape& input = inputs.at(0);
    require_rank(input, rank_);
    const std::int64_t channels = input.back();
    if (groups_ < 1 || channels % groups_ != 0 || filters_ % groups_ != 0) {
      fail_as_crash("channels and filters must be divisible by groups");
    }
    Shape output = fit_window(window_, input, rank_, padding_);
    Shape kernel = window_sizes(window_, rank_);
    kernel.insert(kernel.end(), {channels / groups_, filters_});
    output.push_back(filters_);
    weights_.push_back(weight_spec(args_, "kernel", kernel));
    if (use_bias_) weights_.push_back(weight_spec(args_, "bias", {filters_}));
    return output;
  }

  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    const Tensor bias = use_bias_ ? (*context.weights)[1] : Tensor();
    const Tensor y =
        convolve(window_, rank_, inputs[0].tensor, (*context.weights)[0], bias, groups_);
    return activations_.apply({y, {}, {}});
  }

  const Activations* activation() const override { return &activations_; }
  bool has_product() const override { return true; }

  Tensor forward(const Tensor& x, const CallContext& context, Tape& tape) const override {
    tape = {x};
    const Tensor bias = use_bias_ ? (*context.weights)[1] : Tensor();
    return convolve(window_, rank_, x, (*context.weights)[0], bias, groups_);
  }

  Tensor backward(const Tensor& dy, const CallContext& context, const Tape& tape,
                  const Tensors& gradients, bool wants_input) const override {
    return convolve_backward(window_, rank_, tape[0], (*context.weights)[0], dy, groups_,
                             gradients[0], use_bias_ ? gradients[1] : Tensor(), wants_input);
  }

 private:
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
