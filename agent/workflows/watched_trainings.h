// Trainings of a program as it is, watched for the dynamic localisers.
#pragma once

#include <string>
#include <vector>

#include "agent/localise/rule_localisers.h"
#include "agent/workflows/bench.h"
#include "mapping/program/program.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

/// How a program is watched.
struct WatchOptions {
  RuleOptions rules;    ///< the tools that will look; deepfd's trainings are made apart
  int seeds = 3;        ///< trainings of each kind (seeds 0, 1, ...)
  std::string profile;  ///< empty: the program's
};

/// Trains a captured program on all of its training rows, in one fused batch of each kind where its
/// shape allows; nothing where Ctrl-C came first. `scratch`: a folder of this run's own.
/// Errors: InputError when fit gets no arrays with labels, or the trainer lacks something of the
/// model; EnvironmentError when no trainer can be started.
WatchedRuns watch_trainings(const mapping::Program& program, const WatchOptions& options,
                            const std::string& scratch, Bench& bench);

}  // namespace dlfix::agent
