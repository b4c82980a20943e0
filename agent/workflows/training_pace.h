// How long a training of a program takes here, from its first steps.
#pragma once

#include "agent/workflows/bench.h"
#include "agent/workflows/subject.h"

namespace dlfix::agent {

/// Seconds of one whole training on one core.
struct Pace {
  double fused = 0;   ///< as one of a batch of ten
  double single = 0;  ///< alone
};

/// Trains the program for few steps and then for more, until it is clear what a step takes: what
/// does not grow with the steps (starting, measuring rows) is paid once in a training, however many
/// steps it has. No probe is longer than the whole training, or needlessly longer than a second.
/// `slow_start`: the trainer spends seconds before a first step (slow_pace.h).
/// Zeros when interrupted. Errors: as refuse_untrainable().
Pace measure_training_pace(const Subject& subject, Bench& bench, bool slow_start);

}  // namespace dlfix::agent
