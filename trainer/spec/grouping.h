// Which trainings can run as one fused batch. The scheduler and the engine both ask here, so that
// they never disagree.
#pragma once

#include <string>

#include "trainer/spec/training.h"

namespace dlfix::trainer {

/// Requests with equal keys have the same layers, tensor shapes, data and batches, and differ at
/// most in: seed, epochs, callbacks, loss, optimiser (name, learning rate, options), activations,
/// initialisers and rates of dropout layers. Everything else is part of the key.
std::string group_key(const TrainingRequest& request);

/// Rows of a set: those listed, or all of its parts together.
std::int64_t row_count(const RowSet& rows);

/// training_work() of a request's own model, fit and training rows, in GFLOP.
double request_work(const TrainingRequest& request);

}  // namespace dlfix::trainer
