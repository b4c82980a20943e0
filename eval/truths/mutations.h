// Neighbours of a configuration: configurations that differ in one hyperparameter, as the study's
// neutrality analysis makes them. Source: paper section 4.1; values and order as its published
// graphs show them (simulating them gives every published node its number).
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "eval/repairers/study_space.h"

namespace dlfix::eval {

/// Names and values in declared order, which is the order of the neighbours.
using OrderedConfig = std::vector<std::pair<std::string, nlohmann::json>>;

/// Which values each kind of hyperparameter can take, in order.
struct MutationValues {
  std::vector<std::string> initialisers{"he_normal", "glorot_normal", "random_normal"};
  std::vector<std::string> activations{"relu", "sigmoid", "exponential", "softmax"};
  std::vector<int> repeats{0, 1, 2};
  std::vector<std::string> losses = study_losses();
  std::vector<int> batch_sizes{16, 32, 64, 128, 256, 512};
  std::vector<std::string> optimizers{"adamax", "nadam", "sgd"};
};

/// Another value for one hyperparameter.
struct Mutation {
  std::size_t position;  ///< in the config
  nlohmann::json value;
};

/// Every mutation of a config, by hyperparameter and then by value, the current value left out.
/// actN, kiN, biN, layerN, loss, batch_size and optimizer take the values above; unitN and epochs
/// their double and, where that is at least one, their half; lr its tenfold and its tenth. Other
/// names (dropoutN, momentum, ...) are not mutated.
std::vector<Mutation> mutations_of(const OrderedConfig& config, const MutationValues& values = {});

/// A config as one string; equal exactly when all values are equal, 32 and 32.0 being one.
std::string key_of(const OrderedConfig& config);

}  // namespace dlfix::eval
