// Dense: a matrix product for every replica.
#include "trainer/torch/explicit_layer.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"
#include "trainer/torch/products.h"

namespace dlfix::trainer {
namespace {

class Dense : public Layer, public ExplicitLayer {
 public:
  explicit Dense(const LayerArgs& args)
      : args_(args),
        units_(positive_attribute(args.attributes(), "units")),
        use_bias_(args.attributes().value("use_bias", true)),
        activations_(args.activations()) {}

  Shape build(const std::vector<Shape>& inputs) override {
    const Shape& input = inputs.at(0);
    if (input.empty()) fail_as_crash("Dense needs an input of two or more dimensions");
    weights_.push_back(weight_spec(args_, "kernel", {input.back(), units_}));
    if (use_bias_) weights_.push_back(weight_spec(args_, "bias", {units_}));
    Shape output = input;
    output.back() = units_;
    return output;
  }

  MaskRule mask_rule() const override { return MaskRule::kPasses; }

  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    const Tensor& x = inputs[0].tensor;
    const Tensor& kernel = (*context.weights)[0];
    const bool flat = x.dim() == 3;
    const Tensor rows = flat ? x : x.reshape({x.size(0), -1, x.size(-1)});
    const Tensor z = use_bias_ ? at::baddbmm((*context.weights)[1].unsqueeze(1), rows, kernel)
                               : at::bmm(rows, kernel);
    if (flat) return activations_.apply({z, {}, {}});
    std::vector<std::int64_t> sizes = x.sizes().vec();
    sizes.back() = units_;
    return activations_.apply({z.reshape(sizes), {}, {}});
  }

  const Activations* activation() const override { return &activations_; }
  bool has_product() const override { return true; }

  Tensor forward(const Tensor& x, const CallContext& context, Tape& tape) const override {
    const Tensor rows = x.reshape({x.size(0), -1, x.size(-1)});
    tape = {rows};
    const Tensor bias = use_bias_ ? (*context.weights)[1] : Tensor();
    std::vector<std::int64_t> sizes = x.sizes().vec();
    sizes.back() = units_;
    return affine(rows, (*context.weights)[0], bias).view(sizes);
  }

  Tensor backward(const Tensor& dy, const CallContext& context, const Tape& tape,
                  const Tensors& gradients, bool wants_input) const override {
    const Tensor& rows = tape[0];
    const Tensor out = dy.reshape({dy.size(0), -1, units_});
    if (gradients[0].defined()) write_product_gradient(rows, out, gradients[0]);
    if (use_bias_ && gradients[1].defined()) gradients[1].copy_(out.sum(1));
    if (!wants_input) return {};
    std::vector<std::int64_t> sizes = dy.sizes().vec();
    sizes.back() = rows.size(2);
    return input_gradient(out, (*context.weights)[0]).view(sizes);
  }

 private:
  LayerArgs args_;
  std::int64_t units_;
  bool use_bias_;
  Activations activations_;
};

}  // namespace

void add_dense_layers(LayerTable& table) {
  table["Dense"] = layer_type<Dense>(
      {"activation", "kernel_initializer", "bias_initializer", "kernel_regularizer",
       "bias_regularizer", "activity_regularizer", "kernel_constraint", "bias_constraint"});
}

}  // namespace dlfix::trainer
