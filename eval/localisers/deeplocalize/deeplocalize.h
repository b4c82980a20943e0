// DeepLocalize: the first batch of a training after which something is wrong, and where.
// Wardat, Le, Rajan: DeepLocalize: Fault Localization for Deep Neural Networks, ICSE 2021; public
// code Wardat-ISU/DeepLocalize (its callback).
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "eval/localisers/rule_finding.h"
#include "mapping/program/program.h"
#include "trainer/spec/training.h"

namespace dlfix::eval {

/// Means after one batch, of a probe that follows the stored rows.
struct BatchObservation {
  double loss = 0;              ///< the batch's
  double accuracy = 0;          ///< the batch's; NaN: not measured
  std::vector<double> outputs;  ///< [layer of outline_of(program)]
  /// [layer]; nullopt: not measured, as that of an output which the loss takes before its softmax.
  std::vector<std::optional<double>> output_gradients;
  std::vector<double> kernels;    ///< [layer]; NaN beside has_kernel false
  std::vector<bool> has_kernel;   ///< [layer]
  std::vector<double> gradients;  ///< trainable tensors in Keras's order
};

/// The trace that a training must have: a check after every batch.
trainer::TraceSpec deeplocalize_trace();

/// So many batches are watched at most; where nothing was wrong until then the tool is silent.
constexpr std::int64_t kWatchedBatches = 500;

/// The program's fit with as many epochs as kWatchedBatches has, at least one. `rows`: it trains
/// on.
trainer::FitSpec deeplocalize_fit(trainer::FitSpec fit, std::int64_t rows);

/// One observation a batch. Errors: InputError naming a column that the trace lacks.
std::vector<BatchObservation> observe_batches(const mapping::Program& program,
                                              const trainer::TrainingResult& result);

/// At most one finding: what was wrong first and in which layer. It proposes no fix, so only "the
/// model does not learn" has a fault type, the learning rate.
/// A mean that is not finite, was exactly 0 in half of the batches so far, or was the same five
/// times is wrong; outputs, kernels, loss, accuracy, gradients of kernels and of outputs are looked
/// at in this order. Kernels' gradients are found as the public code does, by walking over pairs of
/// tensors from behind.
Localisation run_deeplocalize(const mapping::Program& program,
                              const std::vector<BatchObservation>& batches);

}  // namespace dlfix::eval
