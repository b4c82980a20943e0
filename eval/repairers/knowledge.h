// What is known of training neural networks beforehand, as tables: which output and loss fit which
// labels, useful learning rates, and which initialisers and activations are suspicious.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "eval/repairers/search_space.h"

namespace dlfix::eval {

/// An output activation and a loss that go together.
struct OutputFit {
  std::string activation;
  std::string loss;
};

/// Pairs that fit the labels, best first; empty for an unknown problem. `units`: output width, 0
/// when not known.
std::vector<OutputFit> output_fits(ProblemKind problem, bool one_hot, std::int64_t units);

/// How wrong an output activation under a loss is for the labels, 0 (fits) to 1 (cannot learn).
/// `from_logits`: the loss applies the activation itself.
double output_mismatch(ProblemKind problem, bool one_hot, std::int64_t units,
                       std::string_view activation, std::string_view loss, bool from_logits);

/// Learning rates between which an optimiser usually trains, and where to begin.
struct LearningRates {
  double low;
  double usual;
  double high;
};
LearningRates usual_learning_rates(std::string_view optimizer);

/// A starting rate that also heeds how many update steps there are: few steps ask for larger ones.
double starting_rate(std::string_view optimizer, double update_steps);

/// How suspicious a hidden layer's activation is, 0 to 1; `depth`: number of hidden layers.
double hidden_activation_suspicion(std::string_view activation, std::size_t depth);

/// How suspicious a kernel initialiser is (name or object), 0 to 1: constants leave all units
/// alike, a large spread saturates.
double initializer_suspicion(const nlohmann::json& initializer);

/// The class name of an initialiser, activation or the like: a string itself, or the object's
/// class.
std::string value_name(const nlohmann::json& value);

}  // namespace dlfix::eval
