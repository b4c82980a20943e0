// Dense: a matrix product for every replica.
#include "trainer/torch/explicit_layer.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"
#include "trainer/torch/products.h"

namespace dlfix::trainer {
namespace {

// [R, n, width] of [R, ..., width].
Tensor as_rows(const Tensor& x) {
  return x.dim() == 3 ? x : x.reshape({x.size(0), -1, x.size(-1)});
}

std::vector<std::int64_t> with_width(const Tensor& x, std::int64_t width) {
  std::vector<std::int64_t> sizes = x.sizes().vec();
  sizes.back() = width;
  return sizes;
}

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
    const Tensor rows = as_rows(x);
    const Tensor z =
        recorded_product(rows, kernel, use_bias_ ? (*context.weights)[1].unsqueeze(1) : Tensor());
    return activations_.apply({x.dim() == 3 ? z : z.reshape(with_width(x, units_)), {}, {}});
  }

  const Activations* activation() const override { return &activations_; }
  bool has_product() const override { return true; }

  Tensor forward(const Tensor& x, const CallContext& context, Tape& tape) const override {
    const Tensor rows = as_rows(x);
    tape = {rows};
    const Tensor bias = use_bias_ ? (*context.weights)[1] : Tensor();
    const Tensor z = affine(rows, (*context.weights)[0], bias);
    return x.dim() == 3 ? z : z.view(with_width(x, units_));
  }

  Tensor backward(const Tensor& dy, const CallContext& context, const Tape& tape,
                  const Tensors& gradients, bool wants_input) const override {
    const Tensor& rows = tape[0];
    const Tensor out = as_rows(dy);
    if (gradients[0].defined()) write_product_gradient(rows, out, gradients[0]);
    if (use_bias_ && gradients[1].defined()) write_bias_gradient(out, gradients[1]);
    if (!wants_input) return {};
    const Tensor dx = input_gradient(out, (*context.weights)[0]);
    return dy.dim() == 3 ? dx : dx.view(with_width(dy, rows.size(2)));
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
