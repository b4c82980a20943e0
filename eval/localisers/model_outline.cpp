#include "eval/localisers/model_outline.h"

#include <fmt/format.h>

#include <cctype>
#include <map>

namespace dlfix::eval {
namespace {

// Keras's way from a class to a name: Conv2D -> conv2d, MaxPooling2D -> max_pooling2d.
std::string snake_case(const std::string& class_name) {
  std::string name;
  for (std::size_t i = 0; i < class_name.size(); ++i) {
    const auto c = static_cast<unsigned char>(class_name[i]);
    const bool lower_before =
        i > 0 && std::islower(static_cast<unsigned char>(class_name[i - 1])) != 0;
    if (std::isupper(c) != 0 && lower_before) name += '_';
    name += static_cast<char>(std::tolower(c));
  }
  return name;
}

std::string own_activation(const trainer::LayerSpec& layer) {
  const auto found = layer.attributes.find("activation");
  return found != layer.attributes.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string pure_activation(const trainer::LayerSpec& layer) {
  static const std::map<std::string, std::string> kClasses{
      {"ELU", "elu"},   {"LeakyReLU", "leaky_relu"}, {"PReLU", "prelu"},
      {"ReLU", "relu"}, {"Softmax", "softmax"},      {"ThresholdedReLU", "thresholded_relu"}};
  if (layer.class_name == "Activation") return own_activation(layer);
  const auto known = kClasses.find(layer.class_name);
  return known == kClasses.end() ? "" : known->second;
}

std::vector<OutlineLayer> outline_of(const mapping::Program& program) {
  std::vector<OutlineLayer> outline;
  std::map<std::string, int> counted;
  const auto& layers = program.model.layers;
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (layers[i].class_name == "InputLayer") continue;
    OutlineLayer layer{static_cast<int>(i), layers[i].class_name, layers[i].name,
                       own_activation(layers[i]), own_activation(layers[i])};
    if (layer.name.empty()) {
      layer.name = snake_case(layer.class_name);
      if (const int before = counted[layer.class_name]++; before > 0) {
        layer.name += "_" + std::to_string(before);
      }
    }
    const std::string pure = pure_activation(layers[i]);
    if (!pure.empty()) layer.effective_activation = pure;
    for (std::size_t k = i + 1; k < layers.size(); ++k) {
      if (!layer.effective_activation.empty() && layer.effective_activation != "linear") break;
      if (layers[k].class_name == "Dropout" || layers[k].class_name == "BatchNormalization")
        continue;
      const std::string next = pure_activation(layers[k]);
      if (next.empty()) break;
      layer.effective_activation = next;
    }
    outline.push_back(std::move(layer));
  }
  return outline;
}

bool is_categorical_loss(const std::string& loss) {
  return loss == "categorical_crossentropy" || loss == "sparse_categorical_crossentropy";
}

std::string layer_words(const mapping::Program& program, int layer) {
  return fmt::format("layer {} ({})", layer,
                     program.model.layers.at(static_cast<std::size_t>(layer)).class_name);
}

}  // namespace dlfix::eval
