// What DeepDiagnosis looks at after every epoch, out of a training's trace.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapping/program/program.h"
#include "trainer/spec/training.h"

namespace dlfix::eval {

/// Of the training data.
struct DataRanges {
  double x_min = 0, x_max = 0, y_min = 0, y_max = 0;
};

struct GradientTensor {
  int layer = 0;
  double mean = 0, mean_abs = 0, norm = 0;
};

struct LayerObservation {
  double output_mean = 0, output_min = 0, output_max = 0;
  double nonpositive = 0, saturated = 0;  ///< shares of the outputs
  bool has_kernel = false;
  double kernel_mean = 0, kernel_deviation = 0, kernel_norm = 0;
  std::optional<std::size_t> kernel_gradient;  ///< index into EpochObservation::gradients
};

struct EpochObservation {
  double loss = 0;
  double accuracy = 0;                    ///< NaN: not measured
  std::vector<LayerObservation> layers;   ///< as outline_of(program)
  std::vector<GradientTensor> gradients;  ///< trainable tensors in Keras's order
};

/// A trainable weight of a layer.
struct TensorName {
  int layer = 0;
  std::string weight;  ///< kernel, bias, gamma, ...
};

/// The tensors whose gradients a trace has, in Keras's order.
std::vector<TensorName> gradient_tensors(const trainer::TraceTable& table);

/// A layer's first weight, its kernel, as the trace names it; empty: it has none.
std::string kernel_of(const trainer::TraceTable& table, int layer);

/// The trace that a training must have for this: after every epoch, the probe `rows` long (0: of a
/// batch).
trainer::TraceSpec deepdiagnosis_trace(std::int64_t rows);

/// One observation an epoch. Errors: InputError naming a column that the trace lacks.
std::vector<EpochObservation> observe_epochs(const mapping::Program& program,
                                             const trainer::TrainingResult& result);

}  // namespace dlfix::eval
