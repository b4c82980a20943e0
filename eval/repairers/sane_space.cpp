#include "eval/repairers/sane_space.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "eval/repairers/knowledge.h"
#include "eval/repairers/model_facts.h"
#include "eval/repairers/study_space.h"

namespace dlfix::eval {
namespace {

using Values = std::vector<nlohmann::json>;

constexpr std::int64_t kNarrowLayer = 8;

struct Builder {
  const mapping::Program& program;
  const SpaceOptions& options;
  ProblemKind problem;
  bool one_hot;
  ModelFacts facts;

  Values losses() const;
  Values activations(const mapping::Hyperparameter& parameter) const;
  Values batch_sizes() const;
  Values epochs(std::int64_t initial) const;
  Values units(std::int64_t initial) const;
  Values values_of(const mapping::Hyperparameter& parameter) const;
  Values numbers_of(const mapping::Hyperparameter& parameter) const;
  Values inserted_values(const mapping::Hyperparameter& parameter) const;
};

Values Builder::losses() const {
  Values values;
  for (const OutputFit& fit : output_fits(problem, one_hot, facts.output_units)) {
    values.push_back(fit.loss);
  }
  if (problem == ProblemKind::kRegression) {
    values.push_back("logcosh");
  } else if (!values.empty() && (one_hot || facts.output_units == 1)) {
    values.push_back("mean_squared_error");
  }
  return values;
}

Values Builder::activations(const mapping::Hyperparameter& parameter) const {
  const LayerFacts* output = facts.output();
  if (output == nullptr || output->activation != parameter.name) {
    return {"relu", "elu", "selu", "tanh", "sigmoid", "softplus", "softsign", "linear"};
  }
  Values values;
  for (const OutputFit& fit : output_fits(problem, one_hot, facts.output_units)) {
    const nlohmann::json name = fit.activation;
    if (std::find(values.begin(), values.end(), name) == values.end()) values.push_back(name);
  }
  if (problem == ProblemKind::kRegression) values.insert(values.end(), {"softplus", "relu"});
  return values;
}

Values Builder::batch_sizes() const {
  Values values;
  for (const std::int64_t size : {16, 32, 64, 128, 256}) {
    if (facts.training_rows == 0 || size == 16 || size <= facts.training_rows) {
      values.push_back(size);
    }
  }
  return values;
}

Values Builder::epochs(std::int64_t initial) const {
  // A program of one or two epochs needs more doublings to be trained at all.
  const double largest =
      initial <= 4 ? options.largest_epoch_factor * 4 : options.largest_epoch_factor;
  std::set<std::int64_t> epochs{initial, std::max<std::int64_t>(1, initial / 2)};
  for (double factor = 2; factor <= largest; factor *= 2) {
    epochs.insert(static_cast<std::int64_t>(static_cast<double>(initial) * factor));
  }
  return {epochs.begin(), epochs.end()};
}

Values Builder::units(std::int64_t initial) const {
  std::set<std::int64_t> widths{std::max<std::int64_t>(1, initial / 2), initial, initial * 2,
                                initial * 4};
  if (initial < kNarrowLayer) widths.insert({16, 32, 64});
  return {widths.begin(), widths.end()};
}

Values Builder::inserted_values(const mapping::Hyperparameter& parameter) const {
  if (parameter.kind == "kernel_regularizer") {
    return {nullptr, l2_regularizer(1e-4), l2_regularizer(1e-3), l2_regularizer(1e-2)};
  }
  if (!options.insertions) return {};
  if (parameter.kind == "batch_normalization" || parameter.kind == "scale") return {false, true};
  if (parameter.kind == "dropout_insert") return {0.0, 0.2, 0.5};
  return {};
}

Values Builder::numbers_of(const mapping::Hyperparameter& parameter) const {
  const std::string& kind = parameter.kind;
  if (kind == "learning_rate") {
    return {1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 0.5, 1.0};
  }
  if (kind == "batch_size") return batch_sizes();
  if (kind == "layer_repeat") {  // a layer that says the input's shape cannot be left out
    return parameter.edit.value("minimum", 0) > 0 ? Values{1, 2} : Values{0, 1, 2};
  }
  if (kind == "dropout_rate") return {0.0, 0.1, 0.2, 0.3, 0.5};
  if (kind == "momentum") return {0.0, 0.9};
  if (!parameter.value.is_number()) return {};
  const auto initial = parameter.value.get<std::int64_t>();
  if (kind == "epochs") return epochs(initial);
  if (kind == "units" || kind == "filters") return units(initial);
  return {};
}

Values Builder::values_of(const mapping::Hyperparameter& parameter) const {
  const std::string& kind = parameter.kind;
  if (kind == "loss") return losses();
  if (kind == "optimizer") return {"adam", "sgd", "rmsprop", "nadam", "adamax", "adagrad"};
  if (kind == "activation") return activations(parameter);
  if (kind == "kernel_initializer") {
    return {"glorot_uniform", "he_uniform", "he_normal", "glorot_normal", "lecun_normal"};
  }
  if (kind == "bias_initializer") return {"zeros"};
  const bool plain_regularizer = kind == "kernel_regularizer" && parameter.value.is_null();
  if (plain_regularizer && !options.insertions) return {};
  const Values inserted = inserted_values(parameter);
  return inserted.empty() ? numbers_of(parameter) : inserted;
}

}  // namespace

nlohmann::json l2_regularizer(double strength) {
  return {{"class", "l1_l2"}, {"l1", 0.0}, {"l2", strength}};
}

SearchSpace sane_space(const mapping::Program& program, ProblemKind problem, bool one_hot,
                       const SpaceOptions& options) {
  const Builder builder{program, options, problem, one_hot, model_facts(program)};
  SearchSpace space;
  for (const auto& parameter : program.hyperparameters) {
    if (!parameter.editable() || !may_change(parameter, options)) continue;
    Dimension dimension;
    dimension.name = parameter.name;
    dimension.kind = parameter.kind;
    dimension.initial = parameter.value;
    dimension.values = builder.values_of(parameter);
    dimension.logarithmic = parameter.kind == "learning_rate";
    if (dimension.values.empty()) continue;
    auto& values = dimension.values;
    if (std::find(values.begin(), values.end(), parameter.value) == values.end()) {
      values.push_back(parameter.value);
    }
    if (values.size() > 1) space.dimensions.push_back(std::move(dimension));
  }
  return space;
}

}  // namespace dlfix::eval
