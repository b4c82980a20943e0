#include "mapping/findings/model_layers.h"

#include <algorithm>

#include "mapping/program/keras_names.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

std::string value_name(const json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_object()) return value.value("class", value.value("class_name", ""));
  return "";
}

std::string normal_form(const std::string& attribute, const std::string& value) {
  if (attribute == "activation") return activation_name(value).value_or(value);
  if (const auto* info = find_initializer(value)) return info->name;
  return value;
}

bool is_class_of(LayerWord kind, const std::string& name, const std::string& word) {
  const auto has = [&](std::string_view part) { return name.find(part) != std::string::npos; };
  switch (kind) {
    case LayerWord::kConvolution:
      return has("Conv");
    case LayerWord::kDense:
      return name == "Dense";
    case LayerWord::kRecurrent:
      return word == "recurrent" || word == "rnn" ? has("LSTM") || has("GRU") || has("RNN")
                                                  : squashed(name) == squashed(word);
    case LayerWord::kEmbedding:
      return name == "Embedding";
    case LayerWord::kDropout:
      return has("Dropout");
    case LayerWord::kPooling:
      return has("Pooling");
    case LayerWord::kFlatten:
      return name == "Flatten";
    case LayerWord::kNormalization:
      return has("Normalization");
    case LayerWord::kActivation:
      return name == "Activation";
    default:
      return false;
  }
}

}  // namespace

ModelLayers::ModelLayers(const trainer::ModelSpec& model) : model_(model) {
  for (std::size_t index = 0; index < model.layers.size(); ++index) {
    if (is_numbered_layer(model.layers[index].class_name))
      trainable_.push_back(static_cast<int>(index));
  }
}

std::vector<int> ModelLayers::hidden() const {
  std::vector<int> layers = trainable_;
  if (!layers.empty()) layers.pop_back();
  return layers;
}

std::vector<int> ModelLayers::output() const {
  return trainable_.empty() ? std::vector<int>{} : std::vector<int>{trainable_.back()};
}

std::vector<int> ModelLayers::of_kind(LayerWord kind, const std::string& word) const {
  if (kind == LayerWord::kHidden) return hidden();
  if (kind == LayerWord::kOutput) return output();
  if (kind == LayerWord::kInput) {
    return trainable_.empty() ? std::vector<int>{} : std::vector<int>{trainable_.front()};
  }
  std::vector<int> layers;
  for (std::size_t index = 0; index < model_.layers.size(); ++index) {
    if (is_class_of(kind, model_.layers[index].class_name, word))
      layers.push_back(static_cast<int>(index));
  }
  return layers;
}

std::vector<int> ModelLayers::with_value(const std::string& attribute,
                                         const std::string& value) const {
  std::vector<int> layers;
  const std::string wanted = normal_form(attribute, value);
  for (std::size_t index = 0; index < model_.layers.size(); ++index) {
    const auto& layer = model_.layers[index];
    const auto found = layer.attributes.find(attribute);
    if (found == layer.attributes.end()) continue;
    const std::string name =
        found->is_null() && attribute == "activation" ? "linear" : value_name(*found);
    if (!name.empty() && normal_form(attribute, name) == wanted)
      layers.push_back(static_cast<int>(index));
  }
  return layers;
}

std::vector<int> ModelLayers::with_size(double size) const {
  std::vector<int> layers;
  for (const int index : trainable_) {
    const json& attributes = model_.layers[static_cast<std::size_t>(index)].attributes;
    for (const char* const name : {"units", "filters"}) {
      if (attributes.contains(name) && attributes[name].is_number() &&
          attributes[name].get<double>() == size) {
        layers.push_back(index);
      }
    }
  }
  return layers;
}

std::vector<int> ModelLayers::at_line(int line) const {
  std::vector<int> layers;
  for (std::size_t index = 0; index < model_.layers.size(); ++index) {
    if (model_.layers[index].line == line && line > 0) layers.push_back(static_cast<int>(index));
  }
  return layers;
}

int ModelLayers::activation_place(int index) const {
  const auto at = static_cast<std::size_t>(index);
  if (!has(index + 1) || model_.layers[at + 1].class_name != "Activation") return index;
  const json& attributes = model_.layers[at].attributes;
  const bool own = attributes.contains("activation") && attributes["activation"].is_string() &&
                   attributes["activation"] != "linear";
  return own ? index : index + 1;
}

}  // namespace dlfix::mapping
