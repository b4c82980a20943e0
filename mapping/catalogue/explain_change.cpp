#include <fmt/format.h>

#include <map>

#include "mapping/catalogue/catalogue.h"
#include "mapping/catalogue/effects.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

std::string shown(const json& value) {
  if (value.is_null()) return "none";
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object()) return value.dump();
  std::string parameters;
  for (const auto& [name, parameter] : value.items()) {
    if (name == "class") continue;
    parameters += fmt::format("{}{} {}", parameters.empty() ? "" : ", ", name, parameter.dump());
  }
  const std::string name = value.value("class", value.value("custom", "an object"));
  return parameters.empty() ? name : fmt::format("{} ({})", name, parameters);
}

std::string kind_in_words(const std::string& kind) {
  static const std::map<std::string, std::string> words = {
      {"kernel_regularizer", "the penalty on the weights"},
      {"batch_normalization", "the batch normalisation"},
      {"dropout_insert", "the dropout"},
      {"learning_rate", "the learning rate"},
      {"batch_size", "the batch size"},
      {"epochs", "the number of epochs"},
      {"units", "the number of neurons"},
      {"dropout_rate", "the dropout rate"},
      {"momentum", "the momentum"},
      {"filters", "the number of filters"},
      {"kernel_size", "the size of the filters"}};
  const auto found = words.find(kind);
  return found == words.end() ? kind : found->second;
}

std::string layer_in_words(const Program& program, const Hyperparameter& hp) {
  if (!hp.layer || *hp.layer < 0 || *hp.layer >= static_cast<int>(program.model.layers.size())) {
    return "the model";
  }
  return fmt::format("{} layer {}", program.model.layers[*hp.layer].class_name, *hp.layer);
}

std::string replace_all(std::string text, const std::map<std::string, std::string>& slots) {
  for (const auto& [name, value] : slots) {
    const std::string slot = "{" + name + "}";
    for (std::size_t at = text.find(slot); at != std::string::npos;
         at = text.find(slot, at + value.size())) {
      text.replace(at, slot.size(), value);
    }
  }
  return text;
}

}  // namespace

std::string explain_change(const Program& program, const Hyperparameter& hp, const json& from,
                           const json& to) {
  const FaultType* type = find_fault_type(fault_type_for_change(hp, from, to));
  std::map<std::string, std::string> slots = {{"from", shown(from)},
                                              {"to", shown(to)},
                                              {"what", kind_in_words(hp.kind)},
                                              {"layer", layer_in_words(program, hp)}};
  const std::string reason = effect(program, hp, from, to);
  for (const char* const name : {"batch_effect", "rate_effect", "epochs_effect",
                                 "activation_effect", "regularisation_effect", "initializer_effect",
                                 "loss_effect", "size_effect", "dropout_effect"}) {
    slots[name] = replace_all(reason, {{"from", slots["from"]},
                                       {"to", slots["to"]},
                                       {"layer", slots["layer"]},
                                       {"what", slots["what"]}});
  }
  const std::string text =
      type == nullptr ? fmt::format("{} is {} instead of {}", hp.name, slots["to"], slots["from"])
                      : replace_all(type->explanation, slots);
  return hp.span.start.line > 0 ? fmt::format("line {}: {}", hp.span.start.line, text) : text;
}

std::string propose_change(const Program& program, const FaultType& type, const Hyperparameter& hp,
                           const json& to) {
  if (to == "increase" || to == "decrease") {
    const std::string of = hp.layer ? " of " + layer_in_words(program, hp) : "";
    return fmt::format("{} {}{} (now {})", to.get<std::string>(), kind_in_words(hp.kind), of,
                       shown(hp.value));
  }
  if (to.is_null() || type.change.empty()) return type.wording;
  return replace_all(type.change, {{"from", shown(hp.value)},
                                   {"to", shown(to)},
                                   {"what", kind_in_words(hp.kind)},
                                   {"layer", layer_in_words(program, hp)}});
}

}  // namespace dlfix::mapping
