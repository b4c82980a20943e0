// Masking: steps whose features all have one value do not count.
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

class Masking : public Layer {
 public:
  explicit Masking(const LayerArgs& args) : value_(args.attributes().value("mask_value", 0.0)) {}
  Shape build(const std::vector<Shape>& inputs) override {
    if (inputs.at(0).size() != 2) fail_as_unsupported("Masking of other inputs than sequences");
    return inputs[0];
  }
  MaskRule mask_rule() const override { return MaskRule::kMakes; }
  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    const Tensor& x = inputs[0].tensor;
    const Tensor counts = (x != value_).any(-1);
    return {x * counts.unsqueeze(-1).to(x.scalar_type()), {}, {}, counts};
  }

 private:
  double value_;
};

}  // namespace

void add_masking_layers(LayerTable& table) { table["Masking"] = layer_type<Masking>(); }

}  // namespace dlfix::trainer
