#include "eval/mutation/mutation_operators.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <map>

#include "eval/mutation/mutation_values.h"
#include "eval/mutation/operator_edits.h"
#include "mapping/program/keras_names.h"
#include "mapping/program/values.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using mapping::Program;
using nlohmann::json;
using support::InputError;

MutationOutcome not_possible(std::string why) { return {std::nullopt, std::move(why)}; }

Mutant named(std::string_view id, const json& value) {
  Mutant mutant;
  mutant.operation = id;
  mutant.value = value;
  return mutant;
}

std::string text_of(std::string_view id, const json& value) {
  if (value.is_string()) return value.get<std::string>();
  throw InputError(fmt::format("{}: a name is needed, not {}", id, value.dump()));
}

double number_of(std::string_view id, const json& value, double least, double most) {
  const bool fits =
      value.is_number() && value.get<double>() >= least && value.get<double>() <= most;
  if (fits) return value.get<double>();
  throw InputError(
      fmt::format("{}: a number from {} to {} is needed, not {}", id, least, most, value.dump()));
}

std::int64_t count_of(std::string_view id, const json& value) {
  const double number = number_of(id, value, 1, 1e9);
  if (number == std::floor(number)) return static_cast<std::int64_t>(number);
  throw InputError(fmt::format("{}: a whole number is needed, not {}", id, value.dump()));
}

// layers ------------------------------------------------------------------------------------------

// Whether an operator has something to change in a layer: empty, or why not.
std::string refusal(const Program& program, std::string_view id, int layer) {
  const json activation = attribute_of(program, layer, "activation");
  const json regularizer = attribute_of(program, layer, "kernel_regularizer");
  const json& attributes = program.model.layers[static_cast<std::size_t>(layer)].attributes;
  if (id == "ACH" || id == "ARM" || id == "AAL") {
    if (activation.is_null()) return "it has no activation";
    if (id == "AAL" && activation != "linear") return "it has an activation already";
    if (id != "AAL" && activation == "linear") return "its activation is linear";
  } else if (id == "RAW" || id == "RCW" || id == "RRW") {
    if (!attributes.contains("kernel_regularizer")) return "its weights cannot be regularised";
    if (id == "RAW" && !regularizer.is_null()) return "its weights are regularised already";
    if (id != "RAW" && regularizer.is_null()) return "its weights are not regularised";
  } else if (id == "WCI") {
    if (!attributes.contains("kernel_initializer")) return "it has no kernel";
  } else if (id == "WAB" || id == "WRB") {
    const json bias = attribute_of(program, layer, "use_bias");
    if (!bias.is_boolean()) return "it can have no bias";
    if (bias == (id == "WAB")) return id == "WAB" ? "it has a bias already" : "it has no bias";
  } else if (id == "RCD") {
    const std::string& name = program.model.layers[static_cast<std::size_t>(layer)].class_name;
    if (name != "Dropout") return "it is no Dropout";
  }
  return "";
}

void change_activation(const Program& program, const std::string& given, Mutant& mutant) {
  const auto name = mapping::activation_name(given);
  if (!name) throw InputError(mutant.operation + ": there is no activation '" + given + "'");
  mutant.value = *name;
  change_layer(program, *mutant.layer, "activation", "activation", *name, *name, mutant);
}

void change_regularizer(const Program& program, const json& value, Mutant& mutant) {
  change_layer(program, *mutant.layer, "kernel_regularizer", "kernel_regularizer", value, value,
               mutant);
}

void change_initializer(const Program& program, const std::string& given, Mutant& mutant) {
  const auto* info = mapping::find_initializer(given);
  if (info == nullptr) throw InputError("WCI: there is no initialiser '" + given + "'");
  json raw = info->parameters;
  raw["class"] = info->name;
  mutant.value = info->name;
  change_layer(program, *mutant.layer, "kernel_initializer", "kernel_initializer", info->name, raw,
               mutant);
}

void change_bias(const Program& program, bool value, Mutant& mutant) {
  change_layer(program, *mutant.layer, "", "use_bias", value, value, mutant);
}

void change_layer_by(const Program& program, std::string_view id, const json& value,
                     Mutant& mutant) {
  if (id == "ARM") change_activation(program, "linear", mutant), mutant.value = nullptr;
  if (id == "ACH" || id == "AAL") change_activation(program, text_of(id, value), mutant);
  if (id == "RAW" || id == "RCW") {
    change_regularizer(program, regularizer_of(text_of(id, value)), mutant);
  }
  if (id == "RRW") change_regularizer(program, nullptr, mutant);
  if (id == "WCI") change_initializer(program, text_of(id, value), mutant);
  if (id == "WAB" || id == "WRB") change_bias(program, id == "WAB", mutant);
  if (id == "RCD") {
    const double rate = number_of(id, value, 0, 1);
    change_layer(program, *mutant.layer, "dropout_rate", "rate", rate, rate, mutant);
  }
}

MutationOutcome mutate_layer(const Program& program, const MutationOperator& operation,
                             const MutationParameters& parameters) {
  const int count = static_cast<int>(program.model.layers.size());
  if (!parameters.layer) throw InputError(operation.id + " needs a layer");
  if (*parameters.layer < 0 || *parameters.layer >= count) {
    throw InputError(fmt::format("{}: the model has no layer {}", operation.id, *parameters.layer));
  }
  if (const std::string why = refusal(program, operation.id, *parameters.layer); !why.empty()) {
    return not_possible(fmt::format("layer {}: {}", *parameters.layer, why));
  }
  const bool takes_value = operation.search != ValueSearch::kNone;
  Mutant mutant = named(operation.id, takes_value ? parameters.value : json());
  mutant.layer = parameters.layer;
  change_layer_by(program, operation.id, parameters.value, mutant);
  return {std::move(mutant), ""};
}

// compile and fit ---------------------------------------------------------------------------------

MutationOutcome mutate_loss(const Program& program, const json& value) {
  const auto name = mapping::loss_name(text_of("LCH", value));
  if (!name) throw InputError("LCH: there is no loss '" + text_of("LCH", value) + "'");
  Mutant mutant = named("LCH", *name);
  change_training(program, "loss", *name, mutant);
  return {std::move(mutant), ""};
}

MutationOutcome mutate_optimizer(const Program& program, const json& value) {
  const auto* info = mapping::find_optimizer(text_of("OCH", value));
  if (info == nullptr)
    throw InputError("OCH: there is no optimiser '" + text_of("OCH", value) + "'");
  Mutant mutant = named("OCH", info->name);
  change_optimizer(program, info->name, mutant);
  return {std::move(mutant), ""};
}

MutationOutcome mutate_rate(const Program& program, const json& value) {
  const double rate = number_of("HLR", value, 0, 1e9);
  if (rate == 0) throw InputError("HLR: the learning rate has to be above 0");
  Mutant mutant = named("HLR", value);
  change_training(program, "learning_rate", rate, mutant);
  return {std::move(mutant), ""};
}

MutationOutcome mutate_clip(const Program& program, const json& value) {
  const json& options = program.compile.optimizer.options;
  for (const char* clip : {"clipnorm", "clipvalue"}) {
    if (!options.contains(clip) || !options[clip].is_number()) continue;
    json changed = options;
    changed[clip] = number_of("OCG", value, 0, 1e9);
    Mutant mutant = named("OCG", value);
    mutant.training.push_back({"optimizer_options", changed});
    return {std::move(mutant), ""};
  }
  return not_possible("the optimiser clips no gradients");
}

MutationOutcome mutate_batch(const Program& program, std::string_view id, const json& value) {
  const std::int64_t rows = given_rows(program);
  if (id == "HDB" && rows == 0) return not_possible("how many rows there are is not known");
  Mutant mutant = named(id, id == "HDB" ? json() : value);
  change_training(program, "batch_size", id == "HDB" ? rows : count_of(id, value), mutant);
  return {std::move(mutant), ""};
}

MutationOutcome mutate_patience(const Program& program, const json& value) {
  const auto stops = [](const auto& callback) { return callback.class_name == "EarlyStopping"; };
  if (std::ranges::none_of(program.fit.callbacks, stops)) {
    return not_possible("no EarlyStopping ends the training");
  }
  Mutant mutant = named("RCP", value);
  mutant.training.push_back({"patience", count_of("RCP", value)});
  return {std::move(mutant), ""};
}

MutationOutcome mutate_validation(const Program& program) {
  if (!program.validation && program.fit.validation_split == 0) {
    return not_possible("there are no validation rows");
  }
  Mutant mutant = named("VRM", nullptr);
  mutant.training.push_back({"validation", nullptr});
  return {std::move(mutant), ""};
}

MutationOutcome mutate_program(const Program& program, const std::string& id, const json& value) {
  if (id == "LCH") return mutate_loss(program, value);
  if (id == "OCH") return mutate_optimizer(program, value);
  if (id == "HLR") return mutate_rate(program, value);
  if (id == "OCG") return mutate_clip(program, value);
  if (id == "RCP") return mutate_patience(program, value);
  if (id == "VRM") return mutate_validation(program);
  if (id == "HBS" || id == "HDB") return mutate_batch(program, id, value);
  Mutant mutant = named(id, value);  // HNE
  change_training(program, "epochs", count_of(id, value), mutant);
  return {std::move(mutant), ""};
}

MutationOutcome mutate_data(const std::string& id, const json& value) {
  const double percent = number_of(id, value, 0, 100);
  if (percent == 0) return not_possible("0 per cent change nothing");
  Mutant mutant = named(id, value);
  mutant.data = {id, percent};
  return {std::move(mutant), ""};
}

// Whether the configured training is the program's own.
bool changes_nothing(const Program& program, const Mutant& mutant) {
  if (mutant.data) return false;
  const MutatedProgram after = apply_mutant(program, mutant);
  const auto text = [](const auto& model, const auto& compile, const auto& fit) {
    return json{{"model", model}, {"compile", compile}, {"fit", fit}};
  };
  return !after.without_validation &&
         text(after.configured.model, after.configured.compile, after.configured.fit) ==
             text(program.model, program.compile, program.fit);
}

}  // namespace

const std::vector<MutationOperator>& mutation_operators() {
  using enum ValueSearch;
  static const std::vector<MutationOperator> table = {
      {"TCL", "change labels", kBinary, false, true},
      {"TRD", "delete training data", kBinary, false, true},
      {"TUD", "unbalance training data", kBinary, false, true},
      {"TAN", "add noise to training data", kBinary, false, true},
      {"TCO", "make classes overlap", kBinary, false, true},
      {"HBS", "change batch size", kExhaustive, false, false},
      {"HLR", "change learning rate", kBinary, false, false},
      {"HNE", "change number of epochs", kBinary, false, false},
      {"HDB", "disable batching", kNone, false, false},
      {"ACH", "change activation", kExhaustive, true, false},
      {"ARM", "remove activation", kNone, true, false},
      {"AAL", "add activation", kExhaustive, true, false},
      {"RAW", "add weight regularisation", kExhaustive, true, false},
      {"RCW", "change weight regularisation", kExhaustive, true, false},
      {"RRW", "remove weight regularisation", kNone, true, false},
      {"RCD", "change dropout rate", kExhaustive, true, false},
      {"RCP", "change patience", kBinary, false, false},
      {"WCI", "change weight initialisation", kExhaustive, true, false},
      {"WAB", "add bias", kNone, true, false},
      {"WRB", "remove bias", kNone, true, false},
      {"LCH", "change loss", kExhaustive, false, false},
      {"OCH", "change optimiser", kExhaustive, false, false},
      // Its value is the user's.
      {"OCG", "change gradient clipping", kExhaustive, false, false},
      {"VRM", "remove validation rows", kNone, false, false},
  };
  return table;
}

const MutationOperator& mutation_operator(std::string_view id) {
  const auto& all = mutation_operators();
  const auto found = std::ranges::find(all, id, &MutationOperator::id);
  if (found != all.end()) return *found;
  std::string names;
  for (const auto& known : all) names += (names.empty() ? "" : ", ") + known.id;
  throw InputError(fmt::format("there is no mutation operator '{}'", id), "there are " + names);
}

MutationOutcome mutate(const Program& program, std::string_view id,
                       const MutationParameters& parameters) {
  const MutationOperator& operation = mutation_operator(id);
  if (operation.of_data) return mutate_data(operation.id, parameters.value);
  MutationOutcome outcome = operation.of_layers
                                ? mutate_layer(program, operation, parameters)
                                : mutate_program(program, operation.id, parameters.value);
  if (outcome.mutant && changes_nothing(program, *outcome.mutant)) {
    return not_possible(outcome.mutant->name() + " is what the program has already");
  }
  return outcome;
}

std::vector<int> mutable_layers(const Program& program, std::string_view id) {
  std::vector<int> layers;
  if (!mutation_operator(id).of_layers) return layers;
  for (int layer = 0; layer < static_cast<int>(program.model.layers.size()); ++layer) {
    if (refusal(program, id, layer).empty()) layers.push_back(layer);
  }
  return layers;
}

std::vector<Mutant> all_mutants(const Program& program, std::string_view id) {
  const MutationOperator& operation = mutation_operator(id);
  if (operation.search == ValueSearch::kBinary) {
    throw InputError(
        fmt::format("the values of {} are ordered: they are searched, not listed", id));
  }
  std::vector<std::optional<int>> layers{std::nullopt};
  if (operation.of_layers) {
    const auto found = mutable_layers(program, id);
    layers.assign(found.begin(), found.end());
  }
  std::vector<Mutant> mutants;
  for (const auto& layer : layers) {
    std::vector<json> values{nullptr};
    if (operation.search == ValueSearch::kExhaustive) values = mutation_values(program, id, layer);
    for (const json& value : values) {
      auto outcome = mutate(program, id, {layer, value});
      if (outcome.mutant) mutants.push_back(std::move(*outcome.mutant));
    }
  }
  return mutants;
}

}  // namespace dlfix::eval
