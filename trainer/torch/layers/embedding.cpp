// Embedding: rows of a table by index.
#include "trainer/torch/failure.h"
#include "trainer/torch/layers/tables.h"

namespace dlfix::trainer {
namespace {

class Embedding : public Layer {
 public:
  explicit Embedding(const LayerArgs& args)
      : args_(args),
        size_(positive_attribute(args.attributes(), "input_dim")),
        width_(positive_attribute(args.attributes(), "output_dim")),
        masks_zero_(args.attributes().value("mask_zero", false)) {}

  MaskRule mask_rule() const override { return masks_zero_ ? MaskRule::kMakes : MaskRule::kStops; }

  Shape build(const std::vector<Shape>& inputs) override {
    WeightSpec table = weight_spec(args_, "embeddings", {size_, width_});
    for (auto& initializer : table.initializer) {
      if (initializer.is_null()) initializer = "random_uniform";
    }
    weights_.push_back(std::move(table));
    Shape output = inputs.at(0);
    output.push_back(width_);
    return output;
  }

  Value call(const std::vector<Value>& inputs, const CallContext& context) const override {
    const Tensor ids = inputs[0].tensor.to(at::kLong).clamp_min(0);
    if (ids.numel() > 0 && ids.max().item<std::int64_t>() >= size_) {
      fail_as_crash("Embedding: index " + std::to_string(ids.max().item<std::int64_t>()) +
                    " is not below input_dim " + std::to_string(size_));
    }
    const Tensors tables = (*context.weights)[0].unbind(0);
    const Tensors rows = ids.unbind(0);
    Tensors outputs;
    for (std::size_t r = 0; r < tables.size(); ++r) {
      outputs.push_back(at::embedding(tables[r], rows[r]));
    }
    const Tensor output = outputs.size() == 1 ? outputs[0].unsqueeze(0) : at::stack(outputs, 0);
    if (context.gathered != nullptr) context.gathered->push_back({0, ids, output});
    return {output, {}, {}, masks_zero_ ? inputs[0].tensor != 0 : Tensor()};
  }

 private:
  LayerArgs args_;
  std::int64_t size_;
  std::int64_t width_;
  bool masks_zero_;
};

}  // namespace

void add_embedding_layers(LayerTable& table) {
  table["Embedding"] = layer_type<Embedding>(
      {"embeddings_initializer", "embeddings_regularizer", "embeddings_constraint"});
}

}  // namespace dlfix::trainer
