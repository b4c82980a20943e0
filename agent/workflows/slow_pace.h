// How long a training takes with a trainer that spends seconds before its first step.
#pragma once

#include "agent/workflows/bench.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

/// Seconds of `request` with all its epochs on `rows_ratio` times its rows: from one training of
/// one epoch and one of three, whose difference is what epochs cost and whose rest is paid once;
/// another one warms the trainer up. 0 when interrupted. Errors: as refuse_untrainable.
double slow_training_seconds(Bench& bench, const trainer::TrainingRequest& request,
                             double rows_ratio, const mapping::Program& program);

}  // namespace dlfix::agent
