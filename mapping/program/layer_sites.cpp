#include "mapping/program/layer_sites.h"

#include "mapping/program/keras_names.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

std::string text_of(const json& object, const char* name) {
  return object.contains(name) && object[name].is_string() ? object[name].get<std::string>() : "";
}

// A `none` site has no place.
Position position_of(const json& object, const char* name) {
  if (!object.contains(name) || !object[name].is_object()) return {};
  return {object[name].value("line", 0), object[name].value("column", 0)};
}

std::optional<LayerSite> site_of_layer(const Program& program, int layer) {
  for (auto& site : layer_sites(program)) {
    if (site.layer == layer) return site;
  }
  return std::nullopt;
}

}  // namespace

std::vector<LayerSite> layer_sites(const Program& program) {
  std::vector<LayerSite> sites;
  if (!program.document.contains("layer_sites")) return sites;
  for (const auto& entry : program.document["layer_sites"]) {
    if (!entry.is_object() || !entry.contains("layer") || !entry["layer"].is_number_integer()) {
      throw support::InputError("program.json: layer_sites has an entry without layer");
    }
    LayerSite site;
    site.layer = entry["layer"].get<int>();
    site.form = text_of(entry, "form");
    site.span = {text_of(entry, "file"), position_of(entry, "start"), position_of(entry, "end")};
    site.indent = text_of(entry, "indent");
    site.model = text_of(entry, "model");
    site.tensor = text_of(entry, "tensor");
    site.input_shape_text = text_of(entry, "input_shape_text");
    site.reason = text_of(entry, "reason");
    sites.push_back(std::move(site));
  }
  return sites;
}

std::optional<LayerSite> normalization_site(const Program& program, const Hyperparameter& bn) {
  return bn.layer ? site_of_layer(program, *bn.layer) : std::nullopt;
}

std::optional<int> dropout_target(const Program& program, const Hyperparameter& dropout) {
  if (!dropout.layer) return std::nullopt;
  const auto sites = layer_sites(program);
  const json& number = dropout.edit.contains("site") ? dropout.edit["site"] : json();
  if (number.is_number_integer()) {
    const auto rank = number.get<std::size_t>();
    if (rank < sites.size() && sites[rank].layer > *dropout.layer) return sites[rank].layer;
  }
  const auto& layers = program.model.layers;
  for (std::size_t index = *dropout.layer + 1; index < layers.size(); ++index) {
    if (is_numbered_layer(layers[index].class_name)) return static_cast<int>(index);
  }
  return std::nullopt;
}

std::optional<LayerSite> dropout_site(const Program& program, const Hyperparameter& dropout) {
  const auto target = dropout_target(program, dropout);
  return target ? site_of_layer(program, *target) : std::nullopt;
}

std::optional<Position> constructor_end(const Program& program, int index) {
  for (const auto& model : program.document.value("models", json::array())) {
    if (!model.value("selected", false)) continue;
    const json layers = model.value("layers", json::array());
    if (index < 0 || index >= static_cast<int>(layers.size())) return std::nullopt;
    const json& layer = layers[index];
    const bool known = layer.contains("end_line") && layer["end_line"].is_number_integer() &&
                       layer.contains("end_column") && layer["end_column"].is_number_integer();
    if (!known) return std::nullopt;
    return Position{layer["end_line"].get<int>(), layer["end_column"].get<int>()};
  }
  return std::nullopt;
}

}  // namespace dlfix::mapping
