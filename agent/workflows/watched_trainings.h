// Trainings of a program as it is, watched for the dynamic localisers.
#pragma once

#include <string>
#include <vector>

#include "agent/workflows/bench.h"
#include "mapping/program/program.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

struct WatchedTrainings {
  std::vector<trainer::TrainingResult> results;  ///< those with a trace
  std::string failure;                           ///< why others have none
};

/// `seeds` trainings (seeds 0, 1, ...) of a captured program on all of its training rows, in one
/// fused batch where its shape allows; none where Ctrl-C came first.
/// `profile` empty: the program's. `scratch`: a folder of this run's own.
/// Errors: InputError when fit gets no arrays with labels, or the trainer lacks something of the
/// model; EnvironmentError when no trainer can be started.
WatchedTrainings watch_trainings(const mapping::Program& program, const trainer::TraceSpec& spec,
                                 int seeds, const std::string& profile, const std::string& scratch,
                                 Bench& bench);

}  // namespace dlfix::agent
