// What AutoTrainer changes: a model, how it is compiled and fitted, and where its layers come from.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "trainer/spec/model_spec.h"

namespace dlfix::eval::autotrainer {

struct Design {
  trainer::ModelSpec model;
  trainer::CompileSpec compile;
  trainer::FitSpec fit;
  /// [layer]: the program's layer that it is; -1: it was put in.
  std::vector<std::int64_t> program_layer;
  /// [layer]: the layer, of the design that this one goes on from, whose weights it takes; -1: they
  /// are drawn.
  std::vector<std::int64_t> source_layer;
  bool optimizer_by_name = false;  ///< a solution has put in an optimiser with its defaults
};

/// The program's own.
Design make_design(trainer::ModelSpec model, trainer::CompileSpec compile, trainer::FitSpec fit);

/// The same model, going on from its own weights.
Design continued(Design design);

/// Put in before or behind a layer, which takes no weights from anywhere.
enum class Side { kBefore, kBehind };
struct Insertion {
  std::size_t layer = 0;
  Side side = Side::kBehind;
  trainer::LayerSpec added;
};
/// Insertions are at layers as they were before the first of them.
void insert_layers(Design& design, const std::vector<Insertion>& insertions);

/// An activation layer: its class says what it computes.
bool is_activation_layer(const trainer::LayerSpec& layer);
/// Layers that read the layer's output.
std::vector<std::size_t> readers(const trainer::ModelSpec& model, std::size_t layer);

}  // namespace dlfix::eval::autotrainer
