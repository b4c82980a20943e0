// A training as our trainer records it, in the words of AutoTrainer's monitor.
#pragma once

#include <vector>

#include "eval/repairers/autotrainer/monitor.h"
#include "trainer/spec/training.h"

namespace dlfix::eval::autotrainer {

/// What has to be watched: gradients and weights after every third epoch, on the first batch_size
/// rows of the training data as stored, in inference mode.
trainer::TraceSpec trace_spec();

/// Which gradients are of kernels.
enum class KernelRule {
  kEverySecond,  ///< the first, the third, ...: the published code, whatever lies there
  kByName,       ///< kernels and embeddings
};

/// Epochs of a training of accuracy with validation rows.
History history_of(const trainer::TrainingResult& result);

/// One check for each row of the trace. A model without kernels has norms of 0.
/// Requires: a trace of trace_spec().
std::vector<GradientCheck> checks_of(const trainer::TrainingTrace& trace, KernelRule rule);

}  // namespace dlfix::eval::autotrainer
