#include "eval/repairers/autotrainer/patch.h"

#include <algorithm>
#include <optional>

namespace dlfix::eval::autotrainer {
namespace {

using mapping::Hyperparameter;
using nlohmann::json;

/// The design's layer that is this one of the program.
std::optional<std::size_t> place_of(const Design& design, std::int64_t program_layer) {
  const auto found = std::ranges::find(design.program_layer, program_layer);
  if (found == design.program_layer.end()) return std::nullopt;
  return static_cast<std::size_t>(found - design.program_layer.begin());
}

bool is_new(const Design& design, std::size_t layer) { return design.program_layer[layer] < 0; }

/// The class of a new layer that reads this one's output; empty: none does.
std::string new_class_behind(const Design& design, std::size_t layer) {
  for (const std::size_t reader : readers(design.model, layer)) {
    if (is_new(design, reader)) return design.model.layers[reader].class_name;
  }
  return {};
}

/// A new batch normalisation gives this layer its input.
bool normalised_before(const Design& design, std::size_t layer) {
  const auto& inbound = design.model.layers[layer].inbound;
  if (inbound.empty() || inbound.front().empty()) return false;
  const std::int64_t before = inbound.front().front().layer;
  if (before < 0 || !is_new(design, static_cast<std::size_t>(before))) return false;
  return design.model.layers[static_cast<std::size_t>(before)].class_name == "BatchNormalization";
}

class Reading {
 public:
  Reading(const mapping::Program& program, const Design& design)
      : program_(program), design_(design) {}

  Patch patch();

 private:
  json value_of(const Hyperparameter& hp) const;
  json layer_value(const Hyperparameter& hp, std::size_t layer) const;
  void look_at_new_layers();

  const mapping::Program& program_;
  const Design& design_;
  Patch patch_;
};

json Reading::layer_value(const Hyperparameter& hp, std::size_t layer) const {
  const json& attributes = design_.model.layers[layer].attributes;
  if (hp.kind == "batch_normalization") return normalised_before(design_, layer);
  if (hp.kind == "activation") {
    if (new_class_behind(design_, layer) == "ELU") return "elu";
    return attributes.value("activation", json());
  }
  if (hp.kind != "kernel_initializer" && hp.kind != "bias_initializer") return nullptr;
  const json own = attributes.value(hp.kind, json());
  const auto& before = program_.model.layers[static_cast<std::size_t>(*hp.layer)].attributes;
  // Only what a solution has put in has a plain name.
  if (own == before.value(hp.kind, json())) return nullptr;
  return own.is_object() ? own.value("class", json()) : own;
}

json Reading::value_of(const Hyperparameter& hp) const {
  const auto& optimizer = design_.compile.optimizer;
  if (hp.kind == "optimizer") return optimizer.name;
  if (hp.kind == "learning_rate") return optimizer.learning_rate;
  if (hp.kind == "momentum") return optimizer.options.value("momentum", json());
  if (hp.kind == "batch_size") return design_.fit.batch_size;
  if (!hp.layer) return nullptr;
  const auto layer = place_of(design_, *hp.layer);
  return layer ? layer_value(hp, *layer) : json();
}

void Reading::look_at_new_layers() {
  for (std::size_t i = 0; i < design_.model.layers.size(); ++i) {
    if (!is_new(design_, i)) continue;
    const std::string& kind = design_.model.layers[i].class_name;
    if (kind != "ELU" && kind != "BatchNormalization") patch_.whole = false;
  }
}

Patch Reading::patch() {
  for (const Hyperparameter& hp : program_.hyperparameters) {
    const json value = value_of(hp);
    if (value.is_null() || value == hp.value) continue;
    if (hp.editable()) {
      patch_.changes[hp.name] = value;
    } else {
      patch_.whole = false;
    }
  }
  look_at_new_layers();
  if (design_.compile.optimizer.options.contains("clipvalue") &&
      !program_.compile.optimizer.options.contains("clipvalue"))
    patch_.whole = false;
  if (design_.fit.callbacks.size() != program_.fit.callbacks.size()) patch_.whole = false;
  return std::move(patch_);
}

}  // namespace

Patch patch_of(const mapping::Program& program, const Design& design) {
  return Reading(program, design).patch();
}

}  // namespace dlfix::eval::autotrainer
