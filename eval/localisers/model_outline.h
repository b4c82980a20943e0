// A model as the rule tools for Keras see it: layers with their names and activations.
#pragma once

#include <string>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::eval {

struct OutlineLayer {
  int index = 0;  ///< Keras's
  std::string class_name;
  std::string name;        ///< Keras's: given by the program, or made from the class
  std::string activation;  ///< of its own; empty: the class has no such argument
  /// What works on its output: its own activation where that is not linear, else that of the
  /// activation layers directly behind it (dropout and normalisation between them do not count).
  std::string effective_activation;
};

/// All layers but InputLayers in front.
std::vector<OutlineLayer> outline_of(const mapping::Program& program);

/// The activation of a layer that is an activation and nothing else (Activation, ReLU, Softmax,
/// ...); empty: it is another layer.
std::string pure_activation(const trainer::LayerSpec& layer);

/// Cross-entropies over classes, of one-hot labels or of ids.
bool is_categorical_loss(const std::string& loss);

/// "layer 3 (Dense)".
std::string layer_words(const mapping::Program& program, int layer);

}  // namespace dlfix::eval
