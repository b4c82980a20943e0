// Dropout and SpatialDropout.
#include "trainer/torch/explicit_layer.h"
#include "trainer/torch/layers/dropout_mask.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

class Dropout : public Layer, public ExplicitLayer {
 public:
  explicit Dropout(const LayerArgs& args)
      : spatial_(args.specs[0]->class_name != "Dropout"),
        rates_(dropout_rates(args.each("rate"), *args.profile)) {
    for (double rate : rates_) any_ = any_ || rate > 0;
  }

  Shape build(const std::vector<Shape>& inputs) override {
    mask_shape_ = inputs.at(0);
    if (spatial_) {
      for (std::size_t i = 0; i + 1 < mask_shape_.size(); ++i) mask_shape_[i] = 1;
    }
    return inputs.at(0);
  }

  MaskRule mask_rule() const override { return MaskRule::kPasses; }

  // A rate of 0 is the identity and keeps the logits; another one ends them.
  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    if (!any_) return inputs[0];
    Value result = inputs[0];
    for (std::size_t r = 0; r < result.kinds.size(); ++r) {
      if (rates_[r] > 0) result.kinds[r] = LogitKind::kNone;
    }
    if (context.training) {
      const Tensor& x = inputs[0].tensor;
      result.tensor =
          x * dropout_mask(rates_, x.size(1), mask_shape_, context, context.stream).to(x.device());
    }
    return result;
  }

  Tensor forward(const Tensor& x, const CallContext& context, Tape& tape) const override {
    if (!any_ || !context.training) return x;
    tape = {dropout_mask(rates_, x.size(1), mask_shape_, context, context.stream).to(x.device())};
    return x * tape[0];
  }
  Tensor backward(const Tensor& dy, const CallContext&, const Tape& tape, const Tensors&,
                  bool) const override {
    return tape.empty() ? dy : dy * tape[0];
  }

 private:
  bool spatial_;
  std::vector<double> rates_;
  bool any_ = false;
  Shape mask_shape_;
};

}  // namespace

void add_dropout_layers(LayerTable& table) {
  for (const char* name : {"Dropout", "SpatialDropout1D", "SpatialDropout2D"}) {
    table[name] = layer_type<Dropout>({"rate"});
  }
}

}  // namespace dlfix::trainer
