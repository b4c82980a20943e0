#include "trainer/spec/shapes.h"

namespace dlfix::trainer {
namespace {

/// The shape that an InputLayer stands for; nullopt when the layer is not a model input.
std::optional<Shape> model_input(const ModelSpec& model, std::int64_t layer) {
  for (std::size_t i = 0; i < model.inputs.size() && i < model.input_shapes.size(); ++i) {
    if (model.inputs[i].layer == layer) return model.input_shapes[i];
  }
  return std::nullopt;
}

/// Calls of a layer; an InputLayer has none written down and counts as called once.
std::size_t call_count(const LayerSpec& layer) {
  return layer.inbound.empty() ? 1 : layer.inbound.size();
}

class Inference {
 public:
  Inference(const ModelSpec& model, UnknownLayers unknown) : model_(model), unknown_(unknown) {
    for (const LayerSpec& layer : model.layers) {
      result_.inputs.emplace_back(call_count(layer));
      result_.outputs.emplace_back(call_count(layer));
    }
  }

  /// A shared layer may be called on the output of a later one: passes until nothing is new.
  ModelShapes run() {
    while (pass()) {
    }
    return std::move(result_);
  }

 private:
  bool pass() {
    bool progress = false;
    for (std::size_t layer = 0; layer < model_.layers.size(); ++layer) {
      for (std::size_t call = 0; call < result_.outputs[layer].size(); ++call) {
        if (result_.outputs[layer][call] || !result_.problem.empty()) continue;
        progress |= resolve(layer, call);
      }
    }
    return progress;
  }

  bool resolve(std::size_t layer, std::size_t call) {
    std::optional<Shape>& output = result_.outputs[layer][call];
    const LayerSpec& spec = model_.layers[layer];
    const auto gathered = gather(layer, call);
    if (!gathered) return false;
    result_.inputs[layer][call] = *gathered;
    const ShapeOutcome outcome = output_shape(spec, *gathered);
    output = outcome.shape;
    if (!outcome.problem.empty()) {
      result_.problem = outcome.problem;
      result_.problem_layer = static_cast<std::int64_t>(layer);
    } else if (!output && unknown_ == UnknownLayers::kPassThrough && !gathered->empty()) {
      output = gathered->front();
    }
    return output.has_value();
  }

  std::optional<std::vector<Shape>> gather(std::size_t layer, std::size_t call) const {
    const LayerSpec& spec = model_.layers[layer];
    const bool without_inputs = spec.inbound.empty() || spec.inbound[call].empty();
    if (without_inputs) {
      const auto shape = model_input(model_, static_cast<std::int64_t>(layer));
      if (!shape) return std::nullopt;
      return std::vector<Shape>{*shape};
    }
    std::vector<Shape> shapes;
    for (const NodeRef& node : spec.inbound[call]) {
      const auto shape = result_.of(node, model_);
      if (!shape) return std::nullopt;
      shapes.push_back(*shape);
    }
    return shapes;
  }

  const ModelSpec& model_;
  UnknownLayers unknown_;
  ModelShapes result_;
};

}  // namespace

std::optional<Shape> ModelShapes::of(const NodeRef& node, const ModelSpec& model) const {
  if (node.call < 0) return std::nullopt;
  const auto call = static_cast<std::size_t>(node.call);
  if (node.layer == -1) {
    return call < model.input_shapes.size() ? std::optional(model.input_shapes[call])
                                            : std::nullopt;
  }
  const auto layer = static_cast<std::size_t>(node.layer);
  if (node.layer < 0 || layer >= outputs.size() || call >= outputs[layer].size()) {
    return std::nullopt;
  }
  return outputs[layer][call];
}

ModelShapes infer_shapes(const ModelSpec& model, UnknownLayers unknown) {
  return Inference(model, unknown).run();
}

}  // namespace dlfix::trainer
