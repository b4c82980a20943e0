// Random configs for round trips, and what must come back.
#pragma once

#include <gtest/gtest.h>

#include <random>

#include "mapping/program/program.h"
#include "mapping/program/values.h"

namespace dlfix::mapping {

using nlohmann::json;

inline json pick(std::mt19937& random, const std::vector<json>& values) {
  return values[random() % values.size()];
}

inline json random_value(std::mt19937& random, const std::string& kind) {
  const json spread = {{"class", "random_normal"}, {"mean", 0.0}, {"stddev", 0.5}};
  if (kind == "activation") return pick(random, {"elu", "tanh", "sigmoid", "relu", "linear"});
  if (kind == "kernel_initializer")
    return pick(random, {"he_normal", "zeros", "lecun_uniform", spread});
  if (kind == "bias_initializer") return pick(random, {"ones", "zeros", spread});
  if (kind == "kernel_regularizer")
    return pick(random, {nullptr, "l2", "l1_l2", {{"class", "l1"}, {"l1", 0.002}}});
  if (kind == "units" || kind == "filters") return pick(random, {3, 17, 64});
  if (kind == "kernel_size") return pick(random, {2, 3});
  if (kind == "layer_repeat") return pick(random, {1, 2, 3});
  if (kind == "dropout_rate") return pick(random, {0.1, 0.35});
  if (kind == "dropout_insert") return pick(random, {0.0, 0.2});
  if (kind == "batch_normalization") return random() % 2 == 0;
  if (kind == "loss") return pick(random, {"mean_absolute_error", "hinge", "kl_divergence"});
  if (kind == "optimizer") return pick(random, {"sgd", "adam", "rmsprop", "adagrad", "nadam"});
  if (kind == "learning_rate") return pick(random, {1.0, 0.02, 1e-5, 0.001});
  if (kind == "batch_size") return pick(random, {8, 77});
  if (kind == "epochs") return pick(random, {2, 50});
  return nullptr;
}

inline Config random_config(std::mt19937& random, const Program& program) {
  Config config;
  for (const auto& hp : program.hyperparameters) {
    if (random() % 3 != 0) continue;
    const json value = random_value(random, hp.kind);
    const bool nothing = value.is_null() && hp.kind != "kernel_regularizer";
    if (!nothing && hp.editable()) config[hp.name] = value;
  }
  return config;
}

// Inserted or repeated layers shift the numbers of those behind them, so the models are compared.
inline void expect_same_model(const trainer::ModelSpec& wanted, const trainer::ModelSpec& found) {
  ASSERT_EQ(wanted.layers.size(), found.layers.size());
  for (std::size_t index = 0; index < wanted.layers.size(); ++index) {
    const auto& a = wanted.layers[index];
    const auto& b = found.layers[index];
    EXPECT_EQ(a.class_name, b.class_name) << index;
    EXPECT_EQ(a.inbound, b.inbound) << index << " " << a.class_name;
    for (const char* const name :
         {"units", "filters", "kernel_size", "activation", "rate", "kernel_initializer",
          "bias_initializer", "kernel_regularizer"}) {
      EXPECT_EQ(a.attributes.value(name, json()), b.attributes.value(name, json()))
          << index << " " << a.class_name << " " << name;
    }
  }
}

/// What compile and fit were given.
inline void expect_same_training(const ConfiguredProgram& wanted, const Program& found) {
  EXPECT_EQ(wanted.compile.loss, found.compile.loss);
  EXPECT_EQ(wanted.compile.optimizer.name, found.compile.optimizer.name);
  EXPECT_EQ(wanted.compile.optimizer.learning_rate, found.compile.optimizer.learning_rate);
  EXPECT_EQ(wanted.fit.batch_size, found.fit.batch_size);
  EXPECT_EQ(wanted.fit.epochs, found.fit.epochs);
}

}  // namespace dlfix::mapping
