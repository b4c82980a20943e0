// A program's hyperparameters seen layer by layer, for choosing changes by what a layer is.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::eval {

/// Names of the hyperparameters of one trainable layer; empty where there is none.
struct LayerFacts {
  int layer = 0;  ///< Keras index
  bool output = false;
  std::string activation, kernel_initializer, bias_initializer, units, repeat, regularizer;
};

struct ModelFacts {
  std::vector<LayerFacts> layers;  ///< in order of the network; the output layer is the last
  std::string output_activation = "linear";  ///< as it takes effect, separate layers included
  std::int64_t output_units = 0;             ///< 0: not known
  std::string loss;
  bool from_logits = false;
  std::string optimizer;
  double learning_rate = 0;
  std::int64_t training_rows = 0;  ///< 0: not known
  double update_steps = 0;         ///< of the whole fit

  const LayerFacts* output() const { return layers.empty() ? nullptr : &layers.back(); }
  std::size_t hidden_layers() const { return layers.empty() ? 0 : layers.size() - 1; }
};

ModelFacts model_facts(const mapping::Program& program);

/// Rows that fit trains on, after validation_split; 0 when not captured.
std::int64_t training_rows(const mapping::Program& program);

}  // namespace dlfix::eval
