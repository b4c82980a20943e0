// Output shapes of Keras layers, from attributes alone.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "trainer/spec/model_spec.h"

namespace dlfix::trainer {

/// What one call of a layer gives: a shape, or a problem (Keras would refuse to build the model),
/// or neither (the class is not known here).
struct ShapeOutcome {
  std::optional<Shape> shape;
  std::string problem;
};

/// Shapes are without the batch dimension, channels last unless the layer's data_format says
/// otherwise; -1 dimensions stay -1. Windows as Keras counts them: `valid` floors
/// (n - (k-1)*dilation - 1) / stride + 1, `same` and `causal` give ceil(n / stride).
/// Errors: InputError naming a missing or wrong attribute.
ShapeOutcome output_shape(const LayerSpec& layer, std::span<const Shape> inputs);

/// True when output_shape knows the class.
bool has_shape_rule(std::string_view class_name);

/// Shapes of a whole graph.
struct ModelShapes {
  std::vector<std::vector<std::vector<Shape>>> inputs;     ///< [layer][call][input]
  std::vector<std::vector<std::optional<Shape>>> outputs;  ///< [layer][call]; nullopt: not known
  std::string problem;                                     ///< the first problem; empty: none
  std::int64_t problem_layer = -1;                         ///< index of the layer that has it

  /// Shape of a node; nullopt when it is not known or there is no such node.
  std::optional<Shape> of(const NodeRef& node, const ModelSpec& model) const;
};

/// What infer_shapes does at a layer whose class is not known.
enum class UnknownLayers {
  kStop,         ///< its output, and what follows from it, is not known
  kPassThrough,  ///< its first input's shape is taken for its output's
};

/// Errors: InputError as output_shape.
ModelShapes infer_shapes(const ModelSpec& model, UnknownLayers unknown = UnknownLayers::kStop);

/// The layer inside a wrapper (Bidirectional, TimeDistributed): attributes.layer as {class,
/// attributes}. Errors: InputError when there is none.
LayerSpec wrapped_layer(const LayerSpec& wrapper);

}  // namespace dlfix::trainer
