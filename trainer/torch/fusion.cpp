#include "trainer/torch/fusion.h"

#include <functional>
#include <string_view>

#include "trainer/torch/layer.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

json array_key(const std::vector<ArrayRef>& parts) {
  json key = json::array();
  for (const ArrayRef& part : parts) key.push_back(part.sha256.empty() ? part.path : part.sha256);
  return key;
}

json rows_key(const RowSet& set) {
  json inputs = json::array();
  for (const auto& parts : set.inputs) inputs.push_back(array_key(parts));
  json key{{"inputs", inputs},
           {"labels", array_key(set.labels)},
           {"weights", array_key(set.sample_weights)}};
  if (set.rows) {
    const std::string_view bytes(reinterpret_cast<const char*>(set.rows->data()),
                                 set.rows->size() * sizeof(std::int64_t));
    key["rows"] = {set.rows->size(), std::hash<std::string_view>{}(bytes)};
  }
  return key;
}

// A layer's attributes, those that may differ inside a group and those that may not.
struct LayerParts {
  json fixed;
  json free = json::object();
};

LayerParts split_attributes(const LayerSpec& layer) {
  LayerParts parts{layer.attributes, json::object()};
  const auto type = layer_table().find(layer.class_name);
  if (type == layer_table().end()) return parts;
  for (const std::string& name : type->second.free_attributes) {
    const auto found = layer.attributes.find(name);
    if (found == layer.attributes.end()) continue;
    parts.free[name] = *found;
    parts.fixed.erase(name);
  }
  return parts;
}

json node_key(const std::vector<NodeRef>& nodes) {
  json key = json::array();
  for (const NodeRef& node : nodes) key.push_back({node.layer, node.call});
  return key;
}

json model_key(const ModelSpec& model) {
  json layers = json::array();
  for (const LayerSpec& layer : model.layers) {
    json inbound = json::array();
    for (const auto& call : layer.inbound) inbound.push_back(node_key(call));
    layers.push_back({layer.class_name, split_attributes(layer).fixed, inbound});
  }
  return {{"layers", layers},
          {"shapes", model.input_shapes},
          {"inputs", node_key(model.inputs)},
          {"outputs", node_key(model.outputs)}};
}

}  // namespace

std::string fusion_key(const TrainingRequest& request) {
  json evaluate = json::array();
  for (const EvaluationSet& set : request.evaluate) evaluate.push_back(rows_key(set.data));
  json key{{"model", model_key(request.model)},
           {"train", rows_key(request.train)},
           {"evaluate", evaluate},
           {"metric", request.metric},
           {"profile", request.profile},
           {"symptoms", request.symptoms},
           {"batch", request.fit.batch_size},
           {"shuffle", request.fit.shuffle},
           {"split", request.fit.validation_split},
           {"class_weight", request.fit.class_weight}};
  if (request.validation) key["validation"] = rows_key(*request.validation);
  if (request.trace) key["trace"] = *request.trace;
  if (request.fit.steps_per_epoch) key["steps"] = *request.fit.steps_per_epoch;
  return key.dump();
}

std::string function_key(const TrainingRequest& request) {
  json key = json::array();
  key.push_back(request.compile.loss);
  for (const LayerSpec& layer : request.model.layers) {
    key.push_back(split_attributes(layer).free.value("activation", json()));
  }
  key.push_back(request.compile.optimizer.name);
  key.push_back(request.compile.optimizer.options);
  return key.dump();
}

}  // namespace dlfix::trainer
