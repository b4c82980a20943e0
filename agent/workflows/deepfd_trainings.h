// Trainings of a program, or of a mutant of it, as DeepFD makes and watches them.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/workflows/subject.h"
#include "eval/localisers/deepfd/run_history.h"
#include "eval/mutation/mutant.h"

namespace dlfix::agent {

/// A captured program with its rows; its metric is accuracy, as DeepFD knows classifiers only.
/// `scratch`: a folder of this run's own. Errors: InputError when fit gets no arrays with labels.
Subject classifier_subject(const mapping::Program& program, const std::string& profile,
                           const std::string& scratch);

/// One watched training a seed (0, 1, ...) with deepfd_fit() and the trace of the mended reading,
/// which holds what the others look at. Without validation rows of its own the program is validated
/// on the rows of its search. `mutant` null: the program as it is.
/// Errors: as apply_mutant().
std::vector<trainer::TrainingRequest> deepfd_requests(const Subject& subject,
                                                      const eval::Mutant* mutant, int runs);

/// What the monitor saw of the trainings that ended with a trace, in their order.
struct MonitoredTrainings {
  std::vector<eval::MonitoredRun> runs;
  std::string failure;  ///< why another one has none; empty: all have
};

/// `results[i]` is of `requests[i]`; none where Ctrl-C came first.
MonitoredTrainings monitored_trainings(
    const std::vector<trainer::TrainingRequest>& requests,
    const std::vector<std::optional<trainer::TrainingResult>>& results);

}  // namespace dlfix::agent
