#include "mapping/program/layer_sites.h"

#include <set>

#include "mapping/program/keras_names.h"
#include "trainer/support/errors.h"
#include "trainer/support/json_int.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;
using support::saturated_int;

std::string text_of(const json& object, const char* name) {
  return object.contains(name) && object[name].is_string() ? object[name].get<std::string>() : "";
}

// A `none` site has no place.
Position position_of(const json& object, const char* name) {
  if (!object.contains(name) || !object[name].is_object()) return {};
  return {saturated_int(object[name], "line", 0), saturated_int(object[name], "column", 0)};
}

std::optional<LayerSite> site_of_layer(const Program& program, int layer) {
  for (auto& site : layer_sites(program)) {
    if (site.layer == layer) return site;
  }
  return std::nullopt;
}

// The numbered layers that read the output of layer `index`, directly or through others.
std::set<int> next_numbered(const trainer::ModelSpec& model, int index) {
  std::set<int> reached = {index};
  std::set<int> found;
  for (std::size_t at = index + 1; at < model.layers.size(); ++at) {
    for (const auto& call : model.layers[at].inbound) {
      for (const auto& node : call) {
        if (!reached.contains(static_cast<int>(node.layer))) continue;
        const bool numbered = is_numbered_layer(model.layers[at].class_name);
        (numbered ? found : reached).insert(static_cast<int>(at));
      }
    }
  }
  return found;
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
    site.layer = saturated_int(entry["layer"]);
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
  const auto following = next_numbered(program.model, *dropout.layer);
  if (following.empty()) return std::nullopt;
  const auto sites = layer_sites(program);
  const json number = dropout.edit.value("site", json());
  if (number.is_number_unsigned() && number.get<std::size_t>() < sites.size()) {
    const int target = sites[number.get<std::size_t>()].layer;
    if (following.contains(target)) return target;
  }
  return *following.begin();
}

std::optional<LayerSite> dropout_site(const Program& program, const Hyperparameter& dropout) {
  const auto target = dropout_target(program, dropout);
  return target ? site_of_layer(program, *target) : std::nullopt;
}

json* layer_attribute(const Hyperparameter& hp, trainer::ModelSpec& model) {
  if (!hp.layer || *hp.layer < 0 || *hp.layer >= static_cast<int>(model.layers.size())) {
    return nullptr;
  }
  json* place = &model.layers[*hp.layer].attributes;
  std::string path = hp.attribute.empty() ? hp.kind : hp.attribute;
  if (path == "dropout_rate") path = "rate";
  for (std::size_t dot = path.find('.'); dot != std::string::npos; dot = path.find('.')) {
    place = &(*place)[path.substr(0, dot)];
    path.erase(0, dot + 1);
  }
  return &(*place)[path];
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
    return Position{saturated_int(layer["end_line"]), saturated_int(layer["end_column"])};
  }
  return std::nullopt;
}

}  // namespace dlfix::mapping
