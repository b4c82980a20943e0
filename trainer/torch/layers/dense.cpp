// Dense: a batched matrix product, one slice per replica.
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

class Dense : public Layer {
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
