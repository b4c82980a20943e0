#include "eval/mutation/mutation_values.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "eval/mutation/mutation_operators.h"
#include "eval/mutation/operator_edits.h"
#include "mapping/program/keras_names.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using mapping::Program;
using nlohmann::json;
using support::InputError;

const std::vector<json>& listed_values(std::string_view id) {
  static const std::vector<json> none;
  static const std::vector<json> activations = {"elu",          "softmax",     "selu",  "softplus",
                                                "softsign",     "relu",        "tanh",  "sigmoid",
                                                "hard_sigmoid", "exponential", "linear"};
  static const std::map<std::string, std::vector<json>, std::less<>> table = {
      {"HBS", {32, 64, 256, 512}},
      {"ACH", activations},
      {"AAL", activations},
      {"RAW", {"l1", "l2", "l1_l2"}},
      {"RCW", {"l1", "l2", "l1_l2"}},
      {"RCD", {0.125, 0.25, 0.75, 1.0}},
      {"WCI",
       {"zeros", "ones", "constant", "random_normal", "random_uniform", "truncated_normal",
        "orthogonal", "lecun_uniform", "glorot_normal", "glorot_uniform", "he_normal",
        "lecun_normal", "he_uniform"}},
      {"LCH",
       {"mean_squared_error", "mean_absolute_error", "mean_absolute_percentage_error",
        "mean_squared_logarithmic_error", "squared_hinge", "hinge", "categorical_hinge", "log_cosh",
        "huber", "categorical_crossentropy", "binary_crossentropy", "kl_divergence", "poisson"}},
      {"OCH", {"sgd", "rmsprop", "adagrad", "adam", "adamax", "nadam", "adadelta"}},
  };
  const auto found = table.find(id);
  return found == table.end() ? none : found->second;
}

std::optional<json> layer_value(const Program& program, std::string_view id, int layer) {
  if (id == "ACH" || id == "AAL") return attribute_of(program, layer, "activation");
  if (id == "RCD") return attribute_of(program, layer, "rate");
  return std::nullopt;
}

bool is_current(const Program& program, std::string_view id, std::optional<int> layer,
                const json& value) {
  if (id == "HBS") return value == program.fit.batch_size;
  if (id == "LCH") return value == program.compile.loss;
  if (id == "OCH") return value == program.compile.optimizer.name;
  if (!layer) return false;
  if (id == "RCW") {
    return attribute_of(program, *layer, "kernel_regularizer") ==
           regularizer_of(value.get<std::string>());
  }
  if (id == "WCI") {
    json raw = mapping::find_initializer(value.get<std::string>())->parameters;
    raw["class"] = value;
    return attribute_of(program, *layer, "kernel_initializer") == raw;
  }
  return layer_value(program, id, *layer) == value;
}

// Places that a hundredth of the number needs, so that the search can move.
int decimals_for(double number) {
  return std::clamp(static_cast<int>(std::ceil(-std::log10(number) - 1e-9)), 0, 15);
}

}  // namespace

std::vector<json> mutation_values(const Program& program, std::string_view id,
                                  std::optional<int> layer) {
  mutation_operator(id);
  if (layer && (*layer < 0 || *layer >= static_cast<int>(program.model.layers.size()))) {
    throw InputError(fmt::format("{}: the model has no layer {}", id, *layer));
  }
  std::vector<json> values;
  for (const json& value : listed_values(id)) {
    if (!is_current(program, id, layer, value)) values.push_back(value);
  }
  return values;
}

OrderedRange mutation_range(const Program& program, std::string_view id) {
  const MutationOperator& operation = mutation_operator(id);
  if (operation.search != ValueSearch::kBinary) {
    throw InputError(fmt::format("the values of {} have no order", id));
  }
  if (operation.of_data) return {0, id == "TRD" ? 99.0 : 100.0, 5, 2};
  if (id == "RCP") return {10, 1, 1, 0};
  if (id == "HNE") {
    const auto epochs = static_cast<double>(program.fit.epochs);
    return {epochs, 1, std::max(1.0, std::floor(epochs / 10)), 0};
  }
  const double rate = program.compile.optimizer.learning_rate;
  return {rate, rate / 10, rate / 100, decimals_for(rate / 100)};
}

std::optional<OrderedRange> published_range(std::string_view subject, std::string_view id) {
  static const std::map<std::string, std::pair<OrderedRange, OrderedRange>, std::less<>> table = {
      {"mnist", {{12, 1, 1, 0}, {1.0, 0.001, 0.01, 3}}},
      {"unityeyes", {{50, 1, 5, 0}, {0.01, 0.001, 0.001, 4}}},
      {"audio", {{50, 1, 5, 0}, {0.001, 0.0001, 1e-5, 5}}},
      {"udacity", {{50, 1, 5, 0}, {1e-4, 1e-5, 1e-5, 5}}},
      {"movie", {{5, 1, 1, 0}, {0.001, 0.0001, 1e-5, 5}}},
  };
  const auto found = table.find(subject);
  if (found == table.end()) return std::nullopt;
  if (id == "HNE") return found->second.first;
  if (id == "HLR") return found->second.second;
  return std::nullopt;
}

}  // namespace dlfix::eval
