// Structural changes of a model: insert, remove and repeat layers while indexes stay those of the
// original model.
#pragma once

#include <map>
#include <vector>

#include "trainer/spec/model_spec.h"

namespace dlfix::mapping {

/// A layer that is put into a model. Readers and place come with the insertion.
trainer::LayerSpec new_layer(std::string class_name, std::string name, nlohmann::json attributes);
/// A BatchNormalization with Keras's defaults.
trainer::LayerSpec batch_normalization_layer();

/// A model whose layers are known by the index they had at first. Layers that are added get new
/// indexes above those.
class LayerGraph {
 public:
  explicit LayerGraph(const trainer::ModelSpec& model);

  /// Puts `layer` between `index` and what every call of it reads (its first input). Returns the
  /// new layer's index.
  std::int64_t insert_before(std::int64_t index, trainer::LayerSpec layer);
  /// Puts `layer` between every call of `index` and what reads it. Returns the new layer's index.
  std::int64_t insert_behind(std::int64_t index, trainer::LayerSpec layer);
  /// Readers of the layer read its own input instead.
  void remove(std::int64_t index);
  /// Puts `copies` further layers like it behind it, each fed by the one before.
  void repeat(std::int64_t index, std::int64_t copies);

  /// The changed model, numbered anew in order.
  trainer::ModelSpec model() const;

 private:
  std::int64_t add_after(std::int64_t position_of, trainer::LayerSpec layer, bool before);
  void redirect(trainer::NodeRef from, trainer::NodeRef to, std::int64_t except);
  /// Longest way from the layer to an output.
  int depth(std::int64_t index, std::map<std::int64_t, int>& known) const;
  void visit(std::int64_t index, std::vector<std::int64_t>& visited) const;
  /// As Keras lists a functional model's layers: the deepest first, equals as a walk from the
  /// outputs meets them. Models with shared layers, and sequential ones, keep the order of their
  /// changes.
  std::vector<std::int64_t> keras_order() const;
  std::string unique_name(const std::string& base) const;

  std::map<std::int64_t, trainer::LayerSpec> layers_;
  std::vector<std::int64_t> order_;
  trainer::ModelSpec frame_;  ///< inputs and outputs
  std::int64_t next_ = 0;
};

}  // namespace dlfix::mapping
