// Which requests train as one fused batch.
#pragma once

#include <string>
#include <vector>

#include "trainer/spec/training.h"

namespace dlfix::trainer {

/// Requests with equal keys differ at most in seed, learning rate, optimiser, loss, number of
/// epochs, callbacks and the attributes that their layer types declare as free.
std::string fusion_key(const TrainingRequest& request);

/// What replicas are sorted by, so that equal functions stand side by side.
std::string function_key(const TrainingRequest& request);

}  // namespace dlfix::trainer
