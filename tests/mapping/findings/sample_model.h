// A small convolutional network for the tests.
#pragma once

#include <string>

#include "trainer/spec/model_spec.h"

namespace dlfix::mapping {

inline trainer::LayerSpec sample_layer(const std::string& class_name,
                                       nlohmann::json attributes = nlohmann::json::object()) {
  trainer::LayerSpec layer;
  layer.class_name = class_name;
  layer.attributes = std::move(attributes);
  return layer;
}

/// 0 Conv2D(32, relu), 1 pooling, 2 Conv2D(64, tanh), 3 Flatten, 4 Dense(128, relu, zeros),
/// 5 Dropout, 6 Dense(10) without activation, 7 Activation softmax. Layer i is on line 20 + i.
inline trainer::ModelSpec sample_model() {
  trainer::ModelSpec model;
  model.layers = {
      sample_layer("Conv2D", {{"filters", 32}, {"activation", "relu"}}),
      sample_layer("MaxPooling2D"),
      sample_layer("Conv2D", {{"filters", 64}, {"activation", "tanh"}}),
      sample_layer("Flatten"),
      sample_layer("Dense",
                   {{"units", 128}, {"activation", "relu"}, {"kernel_initializer", "zeros"}}),
      sample_layer("Dropout", {{"rate", 0.5}}),
      sample_layer("Dense", {{"units", 10}, {"activation", "linear"}}),
      sample_layer("Activation", {{"activation", "softmax"}})};
  for (std::size_t index = 0; index < model.layers.size(); ++index) {
    model.layers[index].line = 20 + static_cast<int>(index);
  }
  return model;
}

}  // namespace dlfix::mapping
