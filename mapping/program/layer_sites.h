// Where layers may be inserted: layer_sites of program.json, typed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::mapping {

struct LayerSite {
  int layer = 0;     ///< the layer that is at this place
  std::string form;  ///< add, list, functional, none
  Span span;         ///< the whole statement or element
  std::string indent;
  std::string model;             ///< `model` of `model.add(...)`
  std::string tensor;            ///< what the layer is called on
  std::string input_shape_text;  ///< empty: none
  std::string reason;            ///< of form none
};

/// Errors: InputError naming a field that is missing.
std::vector<LayerSite> layer_sites(const Program& program);

/// The site of batch_normalization: that of its layer. nullopt: there is none.
std::optional<LayerSite> normalization_site(const Program& program, const Hyperparameter& bn);

/// Before which layer (index of the original model) an inserted Dropout comes: the numbered layer
/// that follows the hyperparameter's own; so it stands behind an Activation layer and pooling.
/// nullopt: its layer is the last.
std::optional<int> dropout_target(const Program& program, const Hyperparameter& dropout);

/// The site of that layer; nullopt: the source has none.
std::optional<LayerSite> dropout_site(const Program& program, const Hyperparameter& dropout);

/// The attribute of the hyperparameter's layer; `attribute` may lead into a wrapped layer
/// (`layer.attributes.units`). nullptr: there is no such layer.
nlohmann::json* layer_attribute(const Hyperparameter& hyperparameter, trainer::ModelSpec& model);

/// Where the constructor call of layer `index` ends; nullopt: not known.
std::optional<Position> constructor_end(const Program& program, int index);

}  // namespace dlfix::mapping
