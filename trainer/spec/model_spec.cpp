#include "trainer/spec/model_spec.h"

#include <fmt/core.h>

#include "trainer/spec/json_fields.h"
#include "trainer/support/errors.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

json to_pairs(const std::vector<NodeRef>& nodes) {
  json pairs = json::array();
  for (const NodeRef& node : nodes) pairs.push_back({node.layer, node.call});
  return pairs;
}

std::vector<NodeRef> to_nodes(const json& pairs, const char* kind, const char* field) {
  const auto is_pair = [](const json& pair) {
    return pair.is_array() && pair.size() == 2 && pair[0].is_number_integer() &&
           pair[1].is_number_integer();
  };
  std::vector<NodeRef> nodes;
  for (const json& pair : pairs) {
    if (!is_pair(pair)) {
      throw support::InputError(
          fmt::format("{}: the field '{}' is not a list of [layer, call] pairs", kind, field));
    }
    nodes.push_back({pair[0].get<std::int64_t>(), pair[1].get<std::int64_t>()});
  }
  return nodes;
}

json to_object(const FieldReader& reader, const char* kind, const char* field) {
  const json& value = reader.value(field);
  if (!value.is_object()) {
    throw support::InputError(fmt::format("{}: the field '{}' is not an object", kind, field));
  }
  return restore_non_finite(value);
}

}  // namespace

void to_json(json& document, const LayerSpec& layer) {
  json inbound = json::array();
  for (const auto& call : layer.inbound) inbound.push_back(to_pairs(call));
  document = {{"class", layer.class_name},
              {"name", layer.name},
              {"attributes", escape_non_finite(layer.attributes)},
              {"inbound", std::move(inbound)},
              {"file", layer.file},
              {"line", layer.line}};
}

void from_json(const json& document, LayerSpec& layer) {
  const FieldReader reader(document, "layer");
  layer.class_name = reader.text("class");
  layer.name = reader.text("name");
  layer.attributes = to_object(reader, "layer", "attributes");
  layer.inbound.clear();
  for (const json& call : reader.list("inbound")) {
    layer.inbound.push_back(to_nodes(call, "layer", "inbound"));
  }
  layer.file = reader.text("file");
  layer.line = static_cast<int>(reader.integer("line"));
}

void to_json(json& document, const ModelSpec& model) {
  document = {{"layers", model.layers},
              {"input_shapes", model.input_shapes},
              {"inputs", to_pairs(model.inputs)},
              {"outputs", to_pairs(model.outputs)}};
}

void from_json(const json& document, ModelSpec& model) {
  const FieldReader reader(document, "model");
  model.layers = reader.items<LayerSpec>("layers");
  model.input_shapes.clear();
  for (const json& shape : reader.list("input_shapes")) {
    model.input_shapes.push_back(FieldReader({{"shape", shape}}, "model input").integers("shape"));
  }
  model.inputs = to_nodes(reader.list("inputs"), "model", "inputs");
  model.outputs = to_nodes(reader.list("outputs"), "model", "outputs");
}

void to_json(json& document, const OptimizerSpec& optimizer) {
  document = {{"name", optimizer.name},
              {"learning_rate", number_to_json(optimizer.learning_rate)},
              {"options", escape_non_finite(optimizer.options)}};
}

void from_json(const json& document, OptimizerSpec& optimizer) {
  const FieldReader reader(document, "optimizer");
  optimizer.name = reader.text("name");
  optimizer.learning_rate = reader.number("learning_rate");
  optimizer.options = to_object(reader, "optimizer", "options");
}

void to_json(json& document, const CompileSpec& compile) {
  document = {{"loss", compile.loss},
              {"loss_options", escape_non_finite(compile.loss_options)},
              {"optimizer", compile.optimizer},
              {"metrics", compile.metrics}};
}

void from_json(const json& document, CompileSpec& compile) {
  const FieldReader reader(document, "compile");
  compile.loss = reader.text("loss");
  compile.loss_options = to_object(reader, "compile", "loss_options");
  compile.optimizer = reader.value("optimizer").get<OptimizerSpec>();
  compile.metrics.clear();
  for (const json& metric : reader.list("metrics")) {
    compile.metrics.push_back(FieldReader({{"metric", metric}}, "compile metrics").text("metric"));
  }
}

void to_json(json& document, const FitSpec& fit) {
  json callbacks = json::array();
  for (const CallbackSpec& callback : fit.callbacks) {
    callbacks.push_back(
        {{"class", callback.class_name}, {"attributes", escape_non_finite(callback.attributes)}});
  }
  document = {{"batch_size", fit.batch_size},
              {"epochs", fit.epochs},
              {"shuffle", fit.shuffle},
              {"validation_split", number_to_json(fit.validation_split)},
              {"steps_per_epoch", fit.steps_per_epoch ? json(*fit.steps_per_epoch) : json()},
              {"class_weight", escape_non_finite(fit.class_weight)},
              {"callbacks", std::move(callbacks)}};
}

void from_json(const json& document, FitSpec& fit) {
  const FieldReader reader(document, "fit");
  fit.batch_size = reader.integer("batch_size");
  fit.epochs = reader.integer("epochs");
  fit.shuffle = reader.truth("shuffle");
  fit.validation_split = reader.number("validation_split");
  fit.steps_per_epoch.reset();
  if (reader.has("steps_per_epoch")) fit.steps_per_epoch = reader.integer("steps_per_epoch");
  fit.class_weight = restore_non_finite(reader.value("class_weight"));
  if (!fit.class_weight.is_null() && !fit.class_weight.is_object()) {
    throw support::InputError("fit: the field 'class_weight' is neither null nor an object");
  }
  fit.callbacks.clear();
  for (const json& callback : reader.list("callbacks")) {
    const FieldReader fields(callback, "callback");
    fit.callbacks.push_back({fields.text("class"), to_object(fields, "callback", "attributes")});
  }
}

}  // namespace dlfix::trainer
