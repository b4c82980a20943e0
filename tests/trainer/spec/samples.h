// Small requests that several tests build on.
#pragma once

#include "trainer/spec/training.h"

namespace dlfix::trainer::testing_samples {

inline LayerSpec layer(const std::string& class_name, nlohmann::json attributes,
                       std::vector<std::vector<NodeRef>> inbound) {
  LayerSpec spec;
  spec.class_name = class_name;
  spec.name = class_name + "_1";
  spec.attributes = std::move(attributes);
  spec.inbound = std::move(inbound);
  spec.file = "model.py";
  spec.line = 7;
  return spec;
}

/// Layers in a row on one input.
inline ModelSpec sequential(const Shape& input, std::vector<LayerSpec> layers) {
  ModelSpec model;
  model.input_shapes = {input};
  model.inputs = {{-1, 0}};
  for (std::size_t i = 0; i < layers.size(); ++i) {
    layers[i].inbound = {{{static_cast<std::int64_t>(i) - 1, 0}}};
  }
  model.outputs = {{static_cast<std::int64_t>(layers.size()) - 1, 0}};
  model.layers = std::move(layers);
  return model;
}

inline ArrayRef array(const std::string& name, const Shape& shape) {
  return {"/data/" + name + ".npy", shape, "float32", "hash-of-" + name};
}

inline TrainingRequest request() {
  TrainingRequest request;
  request.model = sequential({20}, {layer("Dense",
                                          {{"units", 8},
                                           {"activation", "relu"},
                                           {"use_bias", true},
                                           {"kernel_initializer", {{"class", "glorot_uniform"}}}},
                                          {}),
                                    layer("Dropout", {{"rate", 0.25}}, {}),
                                    layer("Dense", {{"units", 1}, {"activation", "sigmoid"}}, {})});
  request.compile.loss = "binary_crossentropy";
  request.compile.optimizer = {"adam", 0.001, {{"beta_1", 0.9}}};
  request.compile.metrics = {"accuracy"};
  request.fit.batch_size = 16;
  request.fit.epochs = 5;
  request.train.inputs = {{array("x", {100, 20})}};
  request.train.labels = {array("y", {100, 1})};
  request.evaluate = {{"search", request.train}};
  request.evaluate[0].data.rows = {{3, 1, 2}};
  request.seed = 42;
  return request;
}

}  // namespace dlfix::trainer::testing_samples
