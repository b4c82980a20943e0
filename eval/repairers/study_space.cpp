#include "eval/repairers/study_space.h"

#include <algorithm>
#include <cmath>
#include <set>

namespace dlfix::eval {
namespace {

using Strings = std::vector<std::string>;

constexpr double kLowestRate = 1e-6;
constexpr double kHighestRate = 10;

std::vector<nlohmann::json> as_values(const Strings& names) { return {names.begin(), names.end()}; }

std::vector<nlohmann::json> values_of(const mapping::Hyperparameter& parameter,
                                      const SpaceOptions& options) {
  const std::string& kind = parameter.kind;
  if (kind == "loss") return as_values(study_losses());
  if (kind == "optimizer") return as_values(study_optimizers());
  if (kind == "activation") return as_values(study_activations());
  if (kind == "kernel_initializer" || kind == "bias_initializer") {
    return as_values(study_initializers());
  }
  if (kind == "batch_size") return {16, 32, 64, 128, 256, 512};
  if (kind == "layer_repeat") return {0, 1, 2};
  if (!parameter.value.is_number()) return {};
  const auto initial = parameter.value.get<std::int64_t>();
  if (kind == "units") return {initial / 2, initial, initial * 2};
  if (kind == "epochs") {
    const auto epochs =
        study_epochs(initial, options.epoch_factor, options.epoch_threshold, options.epoch_limit);
    return {epochs.begin(), epochs.end()};
  }
  return {};  // dropout rates: declared, but never searched
}

Dimension dimension_of(const mapping::Hyperparameter& parameter, const SpaceOptions& options) {
  Dimension dimension;
  dimension.name = parameter.name;
  dimension.kind = parameter.kind;
  dimension.initial = parameter.value;
  if (!may_change(parameter, options)) {
    dimension.values = {parameter.value};
    return dimension;
  }
  if (parameter.kind == "learning_rate") {
    dimension.low = kLowestRate;
    dimension.high = kHighestRate;
    return dimension;
  }
  dimension.values = values_of(parameter, options);
  const auto& values = dimension.values;
  if (std::find(values.begin(), values.end(), parameter.value) == values.end()) {
    dimension.values.push_back(parameter.value);
  }
  return dimension;
}

void append_kind(const mapping::Program& program, const std::string& kind,
                 const SpaceOptions& options, SearchSpace& space) {
  for (const auto& parameter : program.hyperparameters) {
    if (parameter.kind == kind) space.dimensions.push_back(dimension_of(parameter, options));
  }
}

void append_interleaved(const mapping::Program& program, const SpaceOptions& options,
                        SearchSpace& space) {
  std::set<int> layers;
  for (const auto& parameter : program.hyperparameters) {
    if (parameter.kind == "kernel_initializer" && parameter.layer) layers.insert(*parameter.layer);
  }
  for (const int layer : layers) {
    for (const char* kind : {"activation", "kernel_initializer", "bias_initializer"}) {
      for (const auto& parameter : program.hyperparameters) {
        if (parameter.kind == kind && parameter.layer == layer) {
          space.dimensions.push_back(dimension_of(parameter, options));
        }
      }
    }
  }
}

}  // namespace

const Strings& study_losses() {
  static const Strings kLosses{"mean_squared_error",
                               "mean_absolute_error",
                               "mean_absolute_percentage_error",
                               "mean_squared_logarithmic_error",
                               "squared_hinge",
                               "hinge",
                               "categorical_hinge",
                               "logcosh",
                               "categorical_crossentropy",
                               "sparse_categorical_crossentropy",
                               "binary_crossentropy",
                               "kullback_leibler_divergence",
                               "poisson"};
  return kLosses;
}

const Strings& study_activations() {
  static const Strings kActivations{"elu",          "softmax",     "selu",  "softplus",
                                    "softsign",     "relu",        "tanh",  "sigmoid",
                                    "hard_sigmoid", "exponential", "linear"};
  return kActivations;
}

const Strings& study_initializers() {
  static const Strings kInitializers{"zeros",          "ones",           "constant",
                                     "random_normal",  "random_uniform", "truncated_normal",
                                     "orthogonal",     "lecun_uniform",  "glorot_normal",
                                     "glorot_uniform", "he_normal",      "lecun_normal",
                                     "he_uniform"};
  return kInitializers;
}

const Strings& study_optimizers() {
  static const Strings kOptimizers{"sgd",  "rmsprop", "adagrad", "adadelta",
                                   "adam", "adamax",  "nadam"};
  return kOptimizers;
}

std::vector<std::int64_t> study_epochs(std::int64_t initial, double factor, std::int64_t threshold,
                                       std::int64_t limit) {
  std::set<std::int64_t> epochs{initial};
  for (int power = 0; power <= 4; ++power) {
    const double scale = std::pow(factor, power);
    const auto larger = static_cast<std::int64_t>(static_cast<double>(initial) * scale);
    const auto smaller = static_cast<std::int64_t>(static_cast<double>(initial) / scale);
    if (limit == 0 || larger < limit) epochs.insert(larger);
    if (smaller > threshold) epochs.insert(smaller);
  }
  return {epochs.begin(), epochs.end()};
}

SearchSpace study_space(const mapping::Program& program, const SpaceOptions& options) {
  SearchSpace space;
  for (const char* kind : {"loss", "batch_size", "optimizer", "learning_rate"}) {
    append_kind(program, kind, options, space);
  }
  Strings groups{"kernel_initializer", "bias_initializer", "activation"};
  if (options.layer_order == "act_ki_bi") {
    groups = {"activation", "kernel_initializer", "bias_initializer"};
  }
  if (options.layer_order == "interleaved") {
    append_interleaved(program, options, space);
  } else {
    for (const std::string& kind : groups) append_kind(program, kind, options, space);
  }
  for (const char* kind : {"dropout_rate", "epochs", "units", "layer_repeat"}) {
    append_kind(program, kind, options, space);
  }
  return space;
}

}  // namespace dlfix::eval
