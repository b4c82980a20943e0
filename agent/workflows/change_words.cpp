#include "agent/workflows/change_words.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

namespace dlfix::agent {
namespace {

using mapping::Hyperparameter;
using mapping::Program;

/// "layer 4 (Dense)"
std::string layer_words(const Program& program, const Hyperparameter& hyperparameter) {
  if (!hyperparameter.layer) return "the model";
  const int index = *hyperparameter.layer;
  const auto& layers = program.model.layers;
  const bool known = index >= 0 && static_cast<std::size_t>(index) < layers.size();
  return known ? fmt::format("layer {} ({})", index,
                             layers[static_cast<std::size_t>(index)].class_name)
               : fmt::format("layer {}", index);
}

const std::map<std::string, std::string>& kind_words() {
  static const std::map<std::string, std::string> words = {
      {"activation", "the activation"},
      {"kernel_initializer", "the kernel initialiser"},
      {"bias_initializer", "the bias initialiser"},
      {"units", "the number of units"},
      {"filters", "the number of filters"},
      {"kernel_size", "the kernel size"},
      {"kernel_regularizer", "the kernel regulariser"},
      {"dropout_rate", "the dropout rate"},
      {"loss", "the loss"},
      {"optimizer", "the optimiser"},
      {"learning_rate", "the learning rate"},
      {"momentum", "the momentum"},
      {"batch_size", "the batch size"},
      {"epochs", "the number of epochs"},
  };
  return words;
}

bool is_activation(const nlohmann::json& value, const char* name) {
  return value.is_string() && value.get<std::string>() == name;
}

bool has_type(const Hyperparameter& hyperparameter, const std::string& type) {
  const auto& types = hyperparameter.fault_types;
  return std::find(types.begin(), types.end(), type) != types.end();
}

std::string capitalised(std::string text) {
  if (!text.empty() && text[0] >= 'a' && text[0] <= 'z') text[0] = static_cast<char>(text[0] - 32);
  return text;
}

}  // namespace

std::string value_words(const nlohmann::json& value) {
  if (value.is_string()) return value.get<std::string>();
  if (value.is_null()) return "none";
  if (value.is_number_float()) return fmt::format("{:g}", value.get<double>());
  return value.dump();
}

std::string fault_type_of(const Hyperparameter& hyperparameter, const nlohmann::json& to) {
  const nlohmann::json& from = hyperparameter.value;
  if (hyperparameter.kind == "activation") {
    if (is_activation(to, "linear") && has_type(hyperparameter, "ARM")) return "ARM";
    if (is_activation(from, "linear") && has_type(hyperparameter, "AAL")) return "AAL";
    return "ACH";
  }
  if (hyperparameter.kind == "layer_repeat" && to.is_number()) {
    const std::string type = to.get<double>() < 1 ? "LRM" : "LAD";
    if (has_type(hyperparameter, type)) return type;
  }
  return hyperparameter.fault_types.empty() ? "" : hyperparameter.fault_types.front();
}

std::string change_sentence(const Program& program, const Hyperparameter& hyperparameter,
                            const nlohmann::json& to) {
  const std::string layer = layer_words(program, hyperparameter);
  if (hyperparameter.kind == "scale") return "The inputs are standardised by the training rows.";
  if (hyperparameter.kind == "batch_normalization") {
    return fmt::format("A BatchNormalization is put before {}.", layer);
  }
  if (hyperparameter.kind == "dropout_insert") {
    return fmt::format("A Dropout({}) is put before {}.", value_words(to), layer);
  }
  if (hyperparameter.kind == "layer_repeat") {
    return to == 0 ? fmt::format("{} is taken out.", capitalised(layer))
                   : fmt::format("{} is there {} times.", capitalised(layer), value_words(to));
  }
  const auto words = kind_words().find(hyperparameter.kind);
  const std::string what = words == kind_words().end() ? hyperparameter.name : words->second;
  const std::string change =
      fmt::format("{} in place of {}", value_words(to), value_words(hyperparameter.value));
  if (!hyperparameter.layer) return fmt::format("{} becomes {}.", capitalised(what), change);
  return fmt::format("In {}, {} becomes {}.", layer, what, change);
}

}  // namespace dlfix::agent
