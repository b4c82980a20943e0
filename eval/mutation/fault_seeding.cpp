#include "eval/mutation/fault_seeding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "eval/mutation/operator_edits.h"
#include "mapping/program/keras_names.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using mapping::Program;
using nlohmann::json;
using support::InputError;

constexpr double kRateIfNoneIsWritten = 0.01;

const std::string& one_of(const std::vector<std::string>& values, RandomStream& random) {
  return values[random.index(values.size())];
}

std::vector<std::string> without(std::vector<std::string> values, const std::string& value) {
  std::erase(values, value);
  return values;
}

bool writes_rate(const Program& program) {
  for (const auto& parameter : program.hyperparameters) {
    if (parameter.kind == "learning_rate") return !parameter.inserted;
  }
  return false;
}

MutationOutcome seed_loss(const Program& program, RandomStream& random) {
  const std::vector<std::string> entropies = {
      "categorical_crossentropy", "sparse_categorical_crossentropy", "binary_crossentropy"};
  const std::vector<std::string> distances = {
      "mean_absolute_error", "mean_absolute_percentage_error", "mean_squared_error"};
  const bool is_entropy = std::ranges::count(entropies, program.compile.loss) > 0;
  const bool is_distance = std::ranges::count(distances, program.compile.loss) > 0;
  std::vector<std::string> choices;
  if (!is_entropy) choices = entropies;
  if (!is_distance) choices.insert(choices.end(), distances.begin(), distances.end());
  Mutant mutant;
  mutant.value = one_of(choices, random);
  change_training(program, "loss", mutant.value, mutant);
  return {std::move(mutant), ""};
}

double drawn_rate(RandomStream& random) {
  if (random.index(2) == 0) return static_cast<double>(1 + random.index(10));
  return std::pow(10.0, -static_cast<double>(10 + random.index(6)));
}

MutationOutcome seed_rate(const Program& program, RandomStream& random) {
  const bool written = writes_rate(program);
  const double current = written ? program.compile.optimizer.learning_rate : kRateIfNoneIsWritten;
  double rate = drawn_rate(random);
  for (int redraw = 0; redraw < 10 && rate == current; ++redraw) rate = drawn_rate(random);
  Mutant mutant;
  mutant.value = rate;
  change_training(program, "learning_rate", rate, mutant);
  if (!written && !program.compile.optimizer.options.empty()) {
    mutant.training.push_back({"optimizer_options", json::object()});
  }
  return {std::move(mutant), ""};
}

MutationOutcome seed_epochs(const Program& program, RandomStream& random) {
  const std::int64_t now = program.fit.epochs;
  const auto divisor = static_cast<std::int64_t>(10 * (1 + random.index(5)));
  std::int64_t epochs = std::max<std::int64_t>(1, now / divisor);
  if (epochs == now) epochs = std::max<std::int64_t>(1, std::min<std::int64_t>(10, now) - 1);
  if (epochs == now) return {std::nullopt, "there is one epoch only"};
  Mutant mutant;
  mutant.value = epochs;
  change_training(program, "epochs", epochs, mutant);
  return {std::move(mutant), ""};
}

MutationOutcome seed_optimizer(const Program& program, RandomStream& random) {
  const std::vector<std::string> known = {"sgd", "rmsprop", "adam", "adadelta", "adagrad"};
  const std::string name = one_of(without(known, program.compile.optimizer.name), random);
  Mutant mutant;
  mutant.value = name;
  change_training(program, "optimizer", name, mutant);
  if (!writes_rate(program)) {
    const double rate = mapping::find_optimizer(name)->default_learning_rate(program.profile);
    change_training(program, "learning_rate", rate, mutant);
  }
  return {std::move(mutant), ""};
}

MutationOutcome seed_activation(const Program& program, RandomStream& random) {
  const std::vector<std::string> known = {"relu", "sigmoid", "softmax", "softplus", "softsign",
                                          "tanh", "selu",    "elu",     "linear"};
  for (int layer = static_cast<int>(program.model.layers.size()) - 1; layer >= 0; --layer) {
    const auto& spec = program.model.layers[static_cast<std::size_t>(layer)];
    const json now = attribute_of(program, layer, "activation");
    if (now.is_null() || spec.name.find("activation") != std::string::npos) continue;
    const std::string text = now.is_string() ? now.get<std::string>() : "";
    Mutant mutant;
    mutant.layer = layer;
    mutant.value = one_of(without(known, text), random);
    change_layer(program, layer, "activation", "activation", mutant.value, mutant.value, mutant);
    return {std::move(mutant), ""};
  }
  return {std::nullopt, "no layer has an activation"};
}

void check_type(const std::string& type) {
  if (std::ranges::count(seeded_types(), type) > 0) return;
  throw InputError(fmt::format("'{}' is no fault type of DeepFD", type),
                   "there are opt, lr, act, loss and epoch");
}

void join(const Mutant& part, Mutant& whole) {
  whole.operation += (whole.operation.empty() ? "" : "__") + part.operation;
  whole.value[part.operation] = part.value;
  for (const auto& [name, value] : part.config) whole.config[name] = value;
  whole.layers.insert(whole.layers.end(), part.layers.begin(), part.layers.end());
  whole.training.insert(whole.training.end(), part.training.begin(), part.training.end());
}

}  // namespace

const std::vector<std::string>& seeded_types() {
  static const std::vector<std::string> types = {"opt", "lr", "act", "loss", "epoch"};
  return types;
}

MutationOutcome seed_fault(const Program& program, const std::string& type, RandomStream& random) {
  check_type(type);
  MutationOutcome outcome = type == "loss"    ? seed_loss(program, random)
                            : type == "lr"    ? seed_rate(program, random)
                            : type == "epoch" ? seed_epochs(program, random)
                            : type == "opt"   ? seed_optimizer(program, random)
                                              : seed_activation(program, random);
  if (outcome.mutant) outcome.mutant->operation = type;
  return outcome;
}

MutationOutcome seed_faults(const std::map<std::string, std::vector<Mutant>>& killed, int count,
                            RandomStream& random) {
  if (count < 2) throw InputError(fmt::format("{} faults are not several", count));
  std::vector<std::string> types;
  for (const auto& [type, mutants] : killed) {
    check_type(type);
    if (!mutants.empty()) types.push_back(type);
  }
  if (types.size() < static_cast<std::size_t>(count)) {
    return {std::nullopt,
            fmt::format("{} types have a killed mutant, {} are needed", types.size(), count)};
  }
  shuffle(types, random);
  types.resize(static_cast<std::size_t>(count));
  // In the order of the labels: an optimiser's default rate must not undo a seeded one.
  std::ranges::sort(types, {}, [](const std::string& type) {
    return std::ranges::find(seeded_types(), type) - seeded_types().begin();
  });
  Mutant whole;
  whole.value = json::object();
  for (const std::string& type : types) {
    const auto& mutants = killed.at(type);
    join(mutants[random.index(mutants.size())], whole);
  }
  return {std::move(whole), ""};
}

std::vector<int> seeded_labels(const Mutant& mutant) {
  std::vector<int> labels(seeded_types().size(), 0);
  std::string rest = mutant.operation;
  while (!rest.empty()) {
    const std::size_t end = rest.find("__");
    const auto found = std::ranges::find(seeded_types(), rest.substr(0, end));
    if (found != seeded_types().end()) {
      labels[static_cast<std::size_t>(found - seeded_types().begin())] = 1;
    }
    rest = end == std::string::npos ? "" : rest.substr(end + 2);
  }
  return labels;
}

}  // namespace dlfix::eval
