#include "agent/lsp/proposals.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "mapping/catalogue/catalogue.h"

namespace dlfix::agent::lsp {
namespace {

using mapping::Hyperparameter;
using mapping::Program;
using nlohmann::json;

constexpr double kAdamRate = 0.001;
constexpr double kSgdRate = 0.01;
constexpr int kBatchSize = 32;

const trainer::LayerSpec* last_layer_with_units(const Program& program) {
  const auto& layers = program.model.layers;
  const auto found = std::find_if(layers.rbegin(), layers.rend(), [](const auto& layer) {
    return layer.attributes.contains("units");
  });
  return found == layers.rend() ? nullptr : &*found;
}

int last_units(const Program& program) {
  const auto* layer = last_layer_with_units(program);
  if (layer == nullptr || !layer->attributes["units"].is_number_integer()) return 0;
  return layer->attributes["units"].get<int>();
}

/// Of the last layer that has an activation: a Dense's own, or a layer's after it.
std::string last_activation(const Program& program) {
  const auto& layers = program.model.layers;
  for (auto layer = layers.rbegin(); layer != layers.rend(); ++layer) {
    if (!layer->attributes.contains("activation")) continue;
    const json& activation = layer->attributes["activation"];
    return activation.is_string() ? activation.get<std::string>() : "";
  }
  return "";
}

bool is_last(const Program& program, std::optional<int> layer) {
  const auto* last = last_layer_with_units(program);
  return layer && last != nullptr && *layer >= static_cast<int>(last - program.model.layers.data());
}

/// The activation that goes with a loss; empty: several do.
std::string activation_for(const std::string& loss, int units) {
  if (loss == "binary_crossentropy") return "sigmoid";
  if (loss == "categorical_crossentropy" || loss == "sparse_categorical_crossentropy") {
    return units > 1 ? "softmax" : "";
  }
  const bool numbers = loss == "mean_squared_error" || loss == "mse" ||
                       loss == "mean_absolute_error" || loss == "mae";
  return numbers ? "linear" : "";
}

/// The loss that goes with the last activation; empty: several do.
std::string loss_for(const Program& program) {
  const std::string activation = last_activation(program);
  const int units = last_units(program);
  const std::string& loss = program.compile.loss;
  if (activation == "sigmoid") return "binary_crossentropy";
  if (activation == "softmax" && units > 1) {
    return loss.starts_with("sparse") ? "sparse_categorical_crossentropy"
                                      : "categorical_crossentropy";
  }
  return "";
}

json activation_value(const Program& program, const Hyperparameter& hp) {
  if (is_last(program, hp.layer)) {
    const std::string value = activation_for(program.compile.loss, last_units(program));
    return value.empty() ? json() : json(value);
  }
  return "relu";
}

json initialiser_value(const Program& program, const Hyperparameter& hp) {
  if (!hp.layer || *hp.layer >= static_cast<int>(program.model.layers.size())) return {};
  const auto& attributes = program.model.layers[static_cast<std::size_t>(*hp.layer)].attributes;
  const json activation = attributes.value("activation", json());
  return activation == "relu" ? "he_normal" : "glorot_uniform";
}

json rate_value(const Program& program) {
  return program.compile.optimizer.name == "sgd" ? kSgdRate : kAdamRate;
}

json proposed_value(const Program& program, const std::string& type, const Hyperparameter& hp) {
  if (hp.kind == "activation") return activation_value(program, hp);
  if (hp.kind == "loss") {
    const std::string loss = loss_for(program);
    return loss.empty() ? json() : json(loss);
  }
  if (hp.kind == "kernel_initializer") return initialiser_value(program, hp);
  if (hp.kind == "bias_initializer") return "zeros";
  if (hp.kind == "learning_rate" && type == "HLR") return rate_value(program);
  if (hp.kind == "batch_size") return kBatchSize;
  return {};
}

std::string words(const json& value) {
  if (value.is_object() && value.contains("class")) return value["class"].get<std::string>();
  return value.is_string() ? value.get<std::string>() : value.dump();
}

std::string title_of(const Hyperparameter& hp, const json& to) {
  std::string what = hp.kind;
  std::ranges::replace(what, '_', ' ');
  if (hp.layer) what += fmt::format(" of layer {}", *hp.layer);
  if (hp.inserted || hp.value.is_null()) return fmt::format("set the {} to {}", what, words(to));
  return fmt::format("change the {} from {} to {}", what, words(hp.value), words(to));
}

}  // namespace

std::optional<Proposal> propose(const Program& program, const json& finding) {
  const auto names = finding.value("hyperparameters", std::vector<std::string>{});
  const std::string type = finding.value("fault_type", "");
  if (names.empty()) return std::nullopt;
  const Hyperparameter* hp = program.find(names.front());
  if (hp == nullptr || !hp->editable()) return std::nullopt;
  const json value = proposed_value(program, type, *hp);
  if (value.is_null() || value == hp->value) return std::nullopt;
  return Proposal{{{hp->name, value}}, title_of(*hp, value)};
}

}  // namespace dlfix::agent::lsp
