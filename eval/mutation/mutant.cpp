#include "eval/mutation/mutant.h"

#include <fmt/format.h>

#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;
using support::InputError;

void edit_layer(const LayerEdit& edit, trainer::ModelSpec& model) {
  if (edit.layer < 0 || edit.layer >= static_cast<int>(model.layers.size())) {
    throw InputError(
        fmt::format("there is no layer {} to change {} of", edit.layer, edit.attribute));
  }
  model.layers[static_cast<std::size_t>(edit.layer)].attributes[edit.attribute] = edit.value;
}

void edit_patience(const json& value, trainer::FitSpec& fit) {
  for (trainer::CallbackSpec& callback : fit.callbacks) {
    if (callback.class_name == "EarlyStopping") callback.attributes["patience"] = value;
  }
}

void edit_training(const TrainingEdit& edit, MutatedProgram& result) {
  trainer::CompileSpec& compile = result.configured.compile;
  trainer::FitSpec& fit = result.configured.fit;
  const json& value = edit.value;
  if (edit.setting == "loss") {
    compile.loss = value.get<std::string>();
    compile.loss_options = json::object();
  } else if (edit.setting == "optimizer") {
    compile.optimizer.name = value.get<std::string>();
  } else if (edit.setting == "learning_rate") {
    compile.optimizer.learning_rate = value.get<double>();
    compile.optimizer.options.erase("learning_rate");  // a schedule
  } else if (edit.setting == "optimizer_options") {
    compile.optimizer.options = value;
  } else if (edit.setting == "batch_size") {
    fit.batch_size = value.get<std::int64_t>();
  } else if (edit.setting == "epochs") {
    fit.epochs = value.get<std::int64_t>();
  } else if (edit.setting == "patience") {
    edit_patience(value, fit);
  } else if (edit.setting == "validation") {
    fit.validation_split = 0;
    result.without_validation = true;
  } else {
    throw InputError("a training has no setting '" + edit.setting + "'");
  }
}

}  // namespace

std::string Mutant::name() const {
  std::string text = operation;
  if (layer) text += fmt::format("({})", *layer);
  if (value.is_null()) return text;
  return text + "=" + (value.is_string() ? value.get<std::string>() : value.dump());
}

MutatedProgram apply_mutant(const mapping::Program& program, const Mutant& mutant) {
  MutatedProgram result{mapping::apply_config(program, mutant.config)};
  for (const LayerEdit& edit : mutant.layers) edit_layer(edit, result.configured.model);
  try {
    for (const TrainingEdit& edit : mutant.training) edit_training(edit, result);
  } catch (const json::exception&) {
    throw InputError(mutant.name() + ": a setting has a value of the wrong type");
  }
  return result;
}

json to_json(const Mutant& mutant) {
  json document = {
      {"operation", mutant.operation}, {"value", mutant.value}, {"config", mutant.config}};
  document["layer"] = mutant.layer ? json(*mutant.layer) : json();
  document["layers"] = json::array();
  for (const LayerEdit& edit : mutant.layers) {
    document["layers"].push_back(
        {{"layer", edit.layer}, {"attribute", edit.attribute}, {"value", edit.value}});
  }
  document["training"] = json::array();
  for (const TrainingEdit& edit : mutant.training) {
    document["training"].push_back({{"setting", edit.setting}, {"value", edit.value}});
  }
  document["data"] = json();
  if (mutant.data) {
    document["data"] = {{"operation", mutant.data->operation}, {"percent", mutant.data->percent}};
  }
  return document;
}

Mutant mutant_from_json(const json& document) {
  try {
    Mutant mutant;
    mutant.operation = document.at("operation").get<std::string>();
    mutant.value = document.at("value");
    mutant.config = document.at("config").get<mapping::Config>();
    if (!document.at("layer").is_null()) mutant.layer = document["layer"].get<int>();
    for (const json& edit : document.at("layers")) {
      mutant.layers.push_back(
          {edit.at("layer").get<int>(), edit.at("attribute").get<std::string>(), edit.at("value")});
    }
    for (const json& edit : document.at("training")) {
      mutant.training.push_back({edit.at("setting").get<std::string>(), edit.at("value")});
    }
    if (const json& data = document.at("data"); !data.is_null()) {
      mutant.data = {data.at("operation").get<std::string>(), data.at("percent").get<double>()};
    }
    return mutant;
  } catch (const json::exception& error) {
    throw InputError(fmt::format("this is no mutant: {}", error.what()));
  }
}

}  // namespace dlfix::eval
