#include "trainer/torch/symptoms.h"

#include <cmath>
#include <limits>

namespace dlfix::trainer {
namespace {

constexpr std::int64_t kProbedRows = 256;
// A bounded activation this close to its bound passes practically no gradient.
constexpr double kSaturation = 0.01;

std::string activation_of(const LayerSpec& layer) {
  if (layer.class_name == "ReLU") return "relu";
  const auto found = layer.attributes.find("activation");
  return found != layer.attributes.end() && found->is_string() ? found->get<std::string>()
                                                               : "linear";
}

bool is_probed(const LayerSpec& layer) {
  return layer.class_name == "Activation" || layer.class_name == "ReLU" ||
         layer.attributes.contains("activation");
}

// Share of the units (last axis) that are stuck in all rows of one replica's output [B, ..., U].
double dead_share(const Tensor& output, const std::string& activation) {
  const Tensor units = output.reshape({-1, output.size(-1)});
  Tensor stuck = (units == 0).all(0);
  if (activation == "sigmoid" || activation == "hard_sigmoid") {
    stuck = at::logical_or((units < kSaturation).all(0), (units > 1 - kSaturation).all(0));
  } else if (activation == "tanh" || activation == "softsign") {
    stuck = at::logical_or((units < -1 + kSaturation).all(0), (units > 1 - kSaturation).all(0));
  }
  return stuck.to(at::kDouble).mean().item<double>();
}

// Outputs of all layers for the first rows.
Tensors probe(const Group& group, const Rows& rows) {
  const std::int64_t count = std::min(kProbedRows, rows.count);
  const auto index = at::arange(count, at::TensorOptions(group.device()).dtype(at::kLong));
  Tensors inputs = gather_inputs(rows, model_input_shapes(group.request(0).model, rows), index, 1);
  for (Tensor& input : inputs) {
    std::vector<std::int64_t> sizes = input.sizes().vec();
    sizes[0] = group.replicas();
    input = input.expand(sizes);
  }
  Tensors outputs(group.request(0).model.layers.size());
  ForwardContext context;
  context.seeds = &group.seeds();
  context.outputs = &outputs;
  group.network().forward(inputs, group.weights(), context);
  return outputs;
}

// Position of a layer's first trainable weight (its kernel) among the trainable ones; -1: none.
std::int64_t kernel_of(const Network& network, std::size_t layer) {
  for (std::size_t i = 0; i < network.trainable().size(); ++i) {
    if (network.trainable()[i].layer == layer) return static_cast<std::int64_t>(i);
  }
  return -1;
}

LayerSymptom symptom_of(const Group& group, std::int64_t r, std::size_t layer, const Tensor& output,
                        const Tensor& gradient_norms) {
  const double unknown = std::numeric_limits<double>::quiet_NaN();
  const LayerSpec& spec = group.network().model(r).layers[layer];
  LayerSymptom symptom{static_cast<std::int64_t>(layer), unknown, unknown, unknown};
  if (output.defined() && is_probed(spec)) {
    symptom.dead_share = dead_share(output[r], activation_of(spec));
  }
  const std::int64_t kernel = kernel_of(group.network(), layer);
  if (kernel < 0) return symptom;
  const WeightPlace& place = group.network().trainable()[kernel];
  const Tensor weight = group.weights().parameters[r].narrow(0, place.offset, place.count);
  symptom.weight_norm = std::sqrt((weight * weight).sum().item<double>());
  if (gradient_norms.defined()) symptom.gradient_norm = gradient_norms[r][kernel].item<double>();
  return symptom;
}

}  // namespace

std::vector<std::vector<LayerSymptom>> measure_symptoms(const Group& group, const Rows& rows,
                                                        const Tensor& gradient_norms) {
  at::NoGradGuard no_gradient;
  const Tensors outputs = probe(group, rows);
  std::vector<std::vector<LayerSymptom>> symptoms(static_cast<std::size_t>(group.replicas()));
  for (std::int64_t r = 0; r < group.replicas(); ++r) {
    for (std::size_t layer = 0; layer < outputs.size(); ++layer) {
      const LayerSpec& spec = group.network().model(r).layers[layer];
      if (!is_probed(spec) && kernel_of(group.network(), layer) < 0) continue;
      symptoms[r].push_back(symptom_of(group, r, layer, outputs[layer], gradient_norms));
    }
  }
  return symptoms;
}

}  // namespace dlfix::trainer
