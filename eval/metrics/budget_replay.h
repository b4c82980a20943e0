// What a tool without a budget of its own would have reached within one: its recorded runs drawn in
// random order until the time is spent. Source: the study's notebooks, for AutoTrainer.
#pragma once

#include <vector>

#include "eval/statistics/random_stream.h"

namespace dlfix::eval {

struct TimedRun {
  double seconds = 0;
  double value = 0;  ///< the best metric that it saw
};

/// `repeats` times: shuffles the runs, takes them while their time in sum does not exceed the
/// budget, and keeps the best value; shuffles again when not even the first fits.
/// Empty when no run fits at all (a time-out).
std::vector<double> replay_budget(std::vector<TimedRun> runs, double budget_seconds, int repeats,
                                  bool higher_is_better, RandomStream& random);

}  // namespace dlfix::eval
