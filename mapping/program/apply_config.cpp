// Config -> what would be trained.
#include <fmt/format.h>

#include <algorithm>

#include "mapping/program/keras_names.h"
#include "mapping/program/layer_graph.h"
#include "mapping/program/layer_sites.h"
#include "mapping/program/program.h"
#include "mapping/program/values.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;
using support::InputError;
using trainer::LayerSpec;

const json* value_of(const Program& program, const Config& changes, std::string_view kind) {
  for (const auto& hp : program.hyperparameters) {
    if (hp.kind != kind) continue;
    if (const auto change = changes.find(hp.name); change != changes.end()) return &change->second;
  }
  return nullptr;
}

std::vector<std::string> written_arguments(const Program& program) {
  std::vector<std::string> names;
  const json site = program.document.value("optimizer_site", json());
  if (!site.is_object() || !site.contains("arguments")) return names;
  for (const auto& argument : site["arguments"]) {
    if (argument.contains("name") && argument["name"].is_string()) {
      names.push_back(argument["name"].get<std::string>());
    }
  }
  return names;
}

// Arguments that the program writes stay where the new class has them, as the edited source has it.
// All others are the new class's defaults, which the trainer knows by profile.
json options_after_change(const Program& program, const OptimizerInfo& next) {
  const auto written = written_arguments(program);
  json kept = json::object();
  for (const auto& [name, value] : program.compile.optimizer.options.items()) {
    const bool own_choice = std::find(written.begin(), written.end(), name) != written.end() ||
                            (is_common_optimizer_argument(name) && name != "name");
    if (next.has(name) && own_choice && !value.is_null()) kept[name] = value;
  }
  return kept;
}

void apply_optimizer(const Program& program, const Config& changes,
                     trainer::OptimizerSpec& optimizer) {
  if (const json* name = value_of(program, changes, "optimizer")) {
    const OptimizerInfo& next = *find_optimizer(name->get<std::string>());
    optimizer.options = options_after_change(program, next);
    optimizer.name = next.name;
  }
  if (const json* rate = value_of(program, changes, "learning_rate")) {
    optimizer.learning_rate = rate->get<double>();
    optimizer.options.erase("learning_rate");
  }
  if (const json* momentum = value_of(program, changes, "momentum")) {
    if (optimizer.name != "sgd" && optimizer.name != "rmsprop") {
      throw InputError(fmt::format("momentum = {} is not possible: {} has none, sgd and rmsprop do",
                                   momentum->dump(), optimizer.name));
    }
    optimizer.options["momentum"] = *momentum;
  }
}

void apply_compile(const Program& program, const Config& changes, trainer::CompileSpec& compile) {
  apply_optimizer(program, changes, compile.optimizer);
  if (const json* loss = value_of(program, changes, "loss")) {
    compile.loss = loss->get<std::string>();
    compile.loss_options = json::object();  // the new loss is written as a plain name
  }
}

void apply_fit(const Program& program, const Config& changes, trainer::FitSpec& fit) {
  if (const json* size = value_of(program, changes, "batch_size")) {
    fit.batch_size = size->get<std::int64_t>();
  }
  if (const json* epochs = value_of(program, changes, "epochs")) {
    const json& written = program.document.value("fit", json::object());
    const json first = written.value("initial_epoch", json());
    fit.epochs = epochs->get<std::int64_t>() - (first.is_number() ? first.get<std::int64_t>() : 0);
  }
}

bool is_layer_attribute(const std::string& kind) {
  static const std::vector<std::string> kinds = {
      "activation",  "kernel_initializer", "bias_initializer", "units",    "filters",
      "kernel_size", "kernel_regularizer", "dropout_rate",     "recurrent"};
  return std::find(kinds.begin(), kinds.end(), kind) != kinds.end();
}

json attribute_value(const Program& program, const Hyperparameter& hp, const json& value,
                     const json& old) {
  if (hp.kind == "kernel_initializer" || hp.kind == "bias_initializer") {
    return initializer_attribute(program, value);
  }
  // Layers carry one size for each dimension.
  if (hp.kind == "kernel_size" && old.is_array() && !value.is_array()) {
    return json(std::vector<json>(old.size(), value));
  }
  return value;
}

void apply_attribute(const Program& program, const Hyperparameter& hp, const json& value,
                     trainer::ModelSpec& model) {
  json* const attribute = layer_attribute(hp, model);
  if (attribute == nullptr) {
    throw InputError(fmt::format("{} belongs to no layer of the model", hp.name));
  }
  *attribute = attribute_value(program, hp, value, *attribute);
}

/// What is done to one layer of the original model.
struct LayerChange {
  bool normalize = false;
  std::vector<double> dropouts;  ///< rates of Dropouts before it: branches that meet add one each
  std::int64_t repeats = 1;      ///< how often the model has it (a loop over config["layer1"])
  std::int64_t repeat = 1;       ///< how often it shall have it
};

std::map<int, LayerChange> layer_changes(const Program& program, const Config& changes) {
  std::map<int, LayerChange> result;
  for (const auto& [name, value] : changes) {
    const Hyperparameter& hp = *program.find(name);
    if (hp.kind == "layer_repeat" && hp.layer) {
      result[*hp.layer].repeat = value;
      result[*hp.layer].repeats = hp.value.is_number() ? hp.value.get<std::int64_t>() : 1;
      if (result[*hp.layer].repeats == 0) {
        throw InputError(
            fmt::format("{} = {} is not possible: the model has no such layer to repeat", hp.name,
                        value.dump()));
      }
    }
    if (hp.kind == "batch_normalization" && hp.layer) result[*hp.layer].normalize = value;
    if (hp.kind == "dropout_insert" && value > 0.0) {
      const auto target = dropout_target(program, hp);
      if (!target) {
        throw InputError(fmt::format("{} = {} is not possible: no layer follows its layer", hp.name,
                                     value.dump()));
      }
      result[*target].dropouts.push_back(value);
    }
  }
  return result;
}

trainer::ModelSpec restructured(const Program& program, const Config& changes,
                                const trainer::ModelSpec& model) {
  const auto by_layer = layer_changes(program, changes);
  if (by_layer.empty()) return model;
  LayerGraph graph(model);
  for (const auto& [index, change] : by_layer) {
    if (index < 0 || index >= static_cast<int>(model.layers.size())) {
      throw InputError(fmt::format("there is no layer {} in the model", index));
    }
    std::int64_t front = index;
    if (change.normalize) front = graph.insert_before(index, batch_normalization_layer());
    for (const double rate : change.dropouts) {
      graph.insert_before(front, new_layer("Dropout", "dropout", {{"rate", rate}}));
    }
    for (auto copy = change.repeats; copy > change.repeat; --copy) graph.remove(index + copy - 1);
    if (change.repeat > change.repeats) {
      graph.repeat(index + change.repeats - 1, change.repeat - change.repeats);
    }
  }
  return graph.model();
}

}  // namespace

ConfiguredProgram apply_config(const Program& program, const Config& requested) {
  const Config changes = real_changes(program, requested);
  ConfiguredProgram result{program.model, program.compile, program.fit, false};
  for (const auto& [name, value] : changes) {
    const Hyperparameter& hp = *program.find(name);
    if (is_layer_attribute(hp.kind)) apply_attribute(program, hp, value, result.model);
    if (hp.kind == "scale") result.scale_inputs = value.get<bool>();
  }
  apply_compile(program, changes, result.compile);
  apply_fit(program, changes, result.fit);
  result.model = restructured(program, changes, result.model);
  return result;
}

}  // namespace dlfix::mapping
