#include "agent/prompting/settings_list.h"

#include <fmt/format.h>
#include <algorithm>
#include <filesystem>

namespace dlfix::agent {
namespace {

using mapping::Hyperparameter;
using prompts::ValueKind;

struct KindWords {
  std::string_view kind;
  std::string_view words;  ///< "{}" stands for the layer; without it " of layer N" follows
  ValueKind values;
};

constexpr KindWords kKinds[] = {
    {"activation", "activation", ValueKind::kText},
    {"kernel_initializer", "kernel initialiser", ValueKind::kText},
    {"bias_initializer", "bias initialiser", ValueKind::kText},
    {"units", "units", ValueKind::kInteger},
    {"filters", "filters", ValueKind::kInteger},
    {"kernel_size", "kernel size", ValueKind::kAny},
    {"layer_repeat", "how often {} is there", ValueKind::kInteger},
    {"kernel_regularizer", "kernel regulariser", ValueKind::kAny},
    {"dropout_rate", "dropout rate", ValueKind::kNumber},
    {"loss", "loss function", ValueKind::kText},
    {"optimizer", "optimiser", ValueKind::kText},
    {"learning_rate", "learning rate", ValueKind::kNumber},
    {"momentum", "momentum", ValueKind::kNumber},
    {"batch_size", "batch size", ValueKind::kInteger},
    {"epochs", "epochs", ValueKind::kInteger},
    {"batch_normalization", "true: batch normalisation before {}", ValueKind::kAny},
    {"dropout_insert", "rate of a dropout behind {}", ValueKind::kNumber},
    {"scale", "true: inputs standardised", ValueKind::kAny},
};

const KindWords* find_kind(const std::string& kind) {
  const auto* const found = std::ranges::find(kKinds, kind, &KindWords::kind);
  return found == std::end(kKinds) ? nullptr : found;
}

std::string words_of(const std::string& kind) {
  if (const auto* known = find_kind(kind)) return std::string(known->words);
  std::string words = kind;
  std::ranges::replace(words, '_', ' ');
  return words;
}

std::string place_of(const mapping::Program& program, const Hyperparameter& setting) {
  if (setting.span.start.line <= 0) return "";
  const bool elsewhere = !setting.span.file.empty() && setting.span.file != program.path;
  return fmt::format(
      "{}line {}{}",
      elsewhere ? std::filesystem::path(setting.span.file).filename().string() + " " : "",
      setting.span.start.line, setting.inserted ? ", by default" : "");
}

}  // namespace

std::vector<const Hyperparameter*> changeable(const mapping::Program& program,
                                              const std::vector<std::string>& names) {
  std::vector<const Hyperparameter*> found;
  for (const auto& setting : program.hyperparameters) {
    const bool wanted = names.empty() || std::ranges::find(names, setting.name) != names.end();
    if (wanted && setting.editable()) found.push_back(&setting);
  }
  return found;
}

std::string describe_setting(const mapping::Program& program, const Hyperparameter& setting) {
  const std::string words = words_of(setting.kind);
  if (!setting.layer) return words;
  const auto index = static_cast<std::size_t>(*setting.layer);
  std::string layer = fmt::format("layer {}", *setting.layer);
  if (index < program.model.layers.size())
    layer += fmt::format(" ({})", program.model.layers[index].class_name);
  const auto place = words.find("{}");
  if (place == std::string::npos) return words + " of " + layer;
  return words.substr(0, place) + layer + words.substr(place + 2);
}

prompts::Setting setting_with_value(const mapping::Program& program,
                                    const Hyperparameter& setting) {
  return {
      setting.name, describe_setting(program, setting),
      setting.value.is_null() && setting.kind != "kernel_regularizer" ? "" : setting.value.dump(),
      place_of(program, setting)};
}

prompts::AnswerKey answer_key(const Hyperparameter& setting) {
  const auto* known = find_kind(setting.kind);
  return {setting.name, known != nullptr ? known->values : ValueKind::kAny};
}

}  // namespace dlfix::agent
