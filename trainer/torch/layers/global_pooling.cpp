// Maximum or mean over all positions.
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"
#include "trainer/torch/layers/windows.h"

namespace dlfix::trainer {
namespace {

class GlobalPooling : public Layer {
 public:
  explicit GlobalPooling(const LayerArgs& args)
      : rank_(args.specs[0]->class_name.ends_with("1D") ? 1 : 2),
        is_max_(args.specs[0]->class_name.starts_with("GlobalMax")),
        keeps_dimensions_(args.attributes().value("keepdims", false)) {
    require_channels_last(args.attributes());
  }

  Shape build(const std::vector<Shape>& inputs) override {
    const Shape& input = inputs.at(0);
    if (input.size() != rank_ + 1) fail_as_crash("the input has the wrong number of dimensions");
    Shape output(keeps_dimensions_ ? rank_ : 0, 1);
    output.push_back(input.back());
    return output;
  }

  Value call(const std::vector<Value>& inputs, const CallContext&) const override {
    const Tensor& x = inputs[0].tensor;
    const Tensor positions = x.reshape({x.size(0), x.size(1), -1, x.size(-1)});
    Tensor pooled = is_max_                    ? positions.amax(2)
                    : inputs[0].mask.defined() ? masked_mean(positions, inputs[0].mask)
                                               : positions.mean(2);
    if (keeps_dimensions_) {
      Shape kept(rank_, 1);
      kept.push_back(x.size(-1));
      pooled = pooled.reshape(with_leading({x.size(0), x.size(1)}, kept));
    }
    return {pooled, {}, {}};
  }

 private:
  static Tensor masked_mean(const Tensor& positions, const Tensor& mask) {
    const Tensor counts = mask.to(positions.scalar_type()).unsqueeze(-1);
    return (positions * counts).sum(2) / counts.sum(2);
  }

  std::size_t rank_;
  bool is_max_;
  bool keeps_dimensions_;
};

}  // namespace

void add_global_pooling_layers(LayerTable& table) {
  for (const char* name : {"GlobalMaxPooling1D", "GlobalMaxPooling2D", "GlobalAveragePooling1D",
                           "GlobalAveragePooling2D"}) {
    table[name] = layer_type<GlobalPooling>();
  }
}

}  // namespace dlfix::trainer
