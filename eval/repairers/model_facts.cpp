#include "eval/repairers/model_facts.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "eval/repairers/knowledge.h"

namespace dlfix::eval {
namespace {

void put(LayerFacts& facts, const mapping::Hyperparameter& parameter) {
  if (parameter.kind == "activation") facts.activation = parameter.name;
  if (parameter.kind == "kernel_initializer") facts.kernel_initializer = parameter.name;
  if (parameter.kind == "bias_initializer") facts.bias_initializer = parameter.name;
  if (parameter.kind == "units" || parameter.kind == "filters") facts.units = parameter.name;
  if (parameter.kind == "layer_repeat") facts.repeat = parameter.name;
  if (parameter.kind == "kernel_regularizer") facts.regularizer = parameter.name;
}

bool is_trainable(const trainer::LayerSpec& layer) {
  return layer.attributes.contains("units") || layer.attributes.contains("filters");
}

/// Index of the trainable layer that a hyperparameter belongs to: a separate Activation layer's
/// belongs to the layer before it.
int trainable_at(const mapping::Program& program, int layer) {
  const int count = static_cast<int>(program.model.layers.size());
  for (int i = std::min(layer, count - 1); i >= 0; --i) {
    if (is_trainable(program.model.layers[static_cast<std::size_t>(i)])) return i;
  }
  return layer;
}

std::vector<LayerFacts> layers_of(const mapping::Program& program) {
  static const std::vector<std::string> kLayerKinds{
      "activation", "kernel_initializer", "bias_initializer",  "units",
      "filters",    "layer_repeat",       "kernel_regularizer"};
  std::map<int, LayerFacts> layers;
  for (const auto& parameter : program.hyperparameters) {
    const bool of_layer =
        std::find(kLayerKinds.begin(), kLayerKinds.end(), parameter.kind) != kLayerKinds.end();
    if (!parameter.layer || !of_layer) continue;
    const int index = trainable_at(program, *parameter.layer);
    layers[index].layer = index;
    put(layers[index], parameter);
  }
  std::vector<LayerFacts> result;
  for (auto& [index, facts] : layers) result.push_back(facts);
  if (!result.empty()) result.back().output = true;
  return result;
}

void find_output(const mapping::Program& program, ModelFacts& facts) {
  static const std::map<std::string, std::string> kLayerActivations{
      {"Softmax", "softmax"}, {"ReLU", "relu"}, {"LeakyReLU", "leaky_relu"}, {"ELU", "elu"}};
  bool decided = false;
  for (auto layer = program.model.layers.rbegin(); layer != program.model.layers.rend(); ++layer) {
    const auto special = kLayerActivations.find(layer->class_name);
    if (!decided && special != kLayerActivations.end()) {
      facts.output_activation = special->second;
      decided = true;
    }
    const std::string own = layer->attributes.contains("activation")
                                ? value_name(layer->attributes.at("activation"))
                                : std::string();
    if (!decided && !own.empty() && own != "linear") {
      facts.output_activation = own;
      decided = true;
    }
    if (is_trainable(*layer)) {
      const char* width = layer->attributes.contains("units") ? "units" : "filters";
      const auto& value = layer->attributes.at(width);
      if (value.is_number()) facts.output_units = value.get<std::int64_t>();
      return;
    }
  }
}

}  // namespace

std::int64_t training_rows(const mapping::Program& program) {
  if (program.x.empty() || program.x[0].data.shape.empty()) return 0;
  const double rows = static_cast<double>(program.x[0].data.shape[0]);
  return static_cast<std::int64_t>(rows * (1 - program.fit.validation_split));
}

ModelFacts model_facts(const mapping::Program& program) {
  ModelFacts facts;
  facts.layers = layers_of(program);
  find_output(program, facts);
  facts.loss = program.compile.loss;
  facts.from_logits = program.compile.loss_options.is_object() &&
                      program.compile.loss_options.value("from_logits", false);
  facts.optimizer = program.compile.optimizer.name;
  facts.learning_rate = program.compile.optimizer.learning_rate;
  facts.training_rows = training_rows(program);
  const double batch = static_cast<double>(std::max<std::int64_t>(1, program.fit.batch_size));
  facts.update_steps = static_cast<double>(program.fit.epochs) *
                       std::ceil(static_cast<double>(facts.training_rows) / batch);
  return facts;
}

}  // namespace dlfix::eval
