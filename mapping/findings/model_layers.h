// What phrases about layers can refer to in one model.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "trainer/spec/model_spec.h"

namespace dlfix::mapping {

/// Kinds of layers as people name them.
enum class LayerWord {
  kConvolution,
  kDense,
  kRecurrent,
  kEmbedding,
  kDropout,
  kPooling,
  kFlatten,
  kNormalization,
  kActivation,
  kHidden,
  kOutput,
  kInput
};

class ModelLayers {
 public:
  explicit ModelLayers(const trainer::ModelSpec& model);

  /// Dense, convolutional and recurrent layers, in order.
  const std::vector<int>& trainable() const { return trainable_; }
  std::vector<int> hidden() const;
  std::vector<int> output() const;
  /// Layers of the kind, in order; `word` is what was written ("lstm"), to tell recurrent layers
  /// apart.
  std::vector<int> of_kind(LayerWord kind, const std::string& word) const;
  /// Layers with this attribute value, text compared in Keras's normal form.
  std::vector<int> with_value(const std::string& attribute, const std::string& value) const;
  /// Layers with that many units or filters.
  std::vector<int> with_size(double size) const;
  std::vector<int> at_line(int line) const;
  bool has(int index) const { return index >= 0 && index < static_cast<int>(model_.layers.size()); }
  /// The Activation layer behind a layer without an activation of its own; else the layer itself.
  int activation_place(int index) const;

 private:
  const trainer::ModelSpec& model_;
  std::vector<int> trainable_;
};

}  // namespace dlfix::mapping
