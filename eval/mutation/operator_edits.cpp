#include "eval/mutation/operator_edits.h"

#include "mapping/program/keras_names.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

const mapping::Hyperparameter* editable(const mapping::Program& program, const std::string& kind,
                                        std::optional<int> layer) {
  for (const mapping::Hyperparameter& parameter : program.hyperparameters) {
    if (parameter.kind == kind && parameter.layer == layer && parameter.editable()) {
      return &parameter;
    }
  }
  return nullptr;
}

}  // namespace

void change_layer(const mapping::Program& program, int layer, const std::string& kind,
                  const std::string& attribute, const json& value, const json& raw,
                  Mutant& mutant) {
  if (const auto* parameter = editable(program, kind, layer)) {
    mutant.config[parameter->name] = value;
  } else {
    mutant.layers.push_back({layer, attribute, raw});
  }
}

void change_training(const mapping::Program& program, const std::string& setting, const json& value,
                     Mutant& mutant) {
  if (const auto* parameter = editable(program, setting, std::nullopt)) {
    mutant.config[parameter->name] = value;
  } else {
    mutant.training.push_back({setting, value});
  }
}

void change_optimizer(const mapping::Program& program, const std::string& name, Mutant& mutant) {
  const mapping::OptimizerInfo* info = mapping::find_optimizer(name);
  if (info == nullptr) throw support::InputError("there is no optimiser '" + name + "'");
  change_training(program, "optimizer", info->name, mutant);
  // Set beside the name: a config that changes the name alone keeps the rate and what else the
  // program writes.
  change_training(program, "learning_rate", info->default_learning_rate(program.profile), mutant);
  if (!program.compile.optimizer.options.empty()) {
    mutant.training.push_back({"optimizer_options", json::object()});
  }
}

json attribute_of(const mapping::Program& program, int layer, const std::string& attribute) {
  const json& attributes = program.model.layers.at(static_cast<std::size_t>(layer)).attributes;
  const auto found = attributes.find(attribute);
  return found == attributes.end() ? json() : *found;
}

json regularizer_of(const std::string& name) {
  constexpr double kStrength = 0.01;
  if (name != "l1" && name != "l2" && name != "l1_l2") {
    throw support::InputError("there is no regulariser '" + name + "': l1, l2 and l1_l2 are");
  }
  return {{"class", "l1_l2"},
          {"l1", name == "l2" ? 0.0 : kStrength},
          {"l2", name == "l1" ? 0.0 : kStrength}};
}

std::int64_t given_rows(const mapping::Program& program) {
  if (program.x.empty() || program.x.front().data.shape.empty()) return 0;
  return std::max<std::int64_t>(0, program.x.front().data.shape.front());
}

}  // namespace dlfix::eval
