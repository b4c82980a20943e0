// DeepFD: which kinds of faults a program's trainings look like, and where those are set.
#pragma once

#include <vector>

#include "eval/localisers/deepfd/deepfd_model.h"
#include "eval/localisers/deepfd/fault_lines.h"
#include "eval/localisers/deepfd/run_history.h"
#include "eval/localisers/rule_finding.h"

namespace dlfix::eval {

struct DeepFdDiagnosis {
  FaultBits faults{};                                         ///< opt, lr, act, loss, epoch
  RunVotes votes;                                             ///< of neighbours, tree, forest
  std::array<std::vector<FaultPlace>, kDeepFdLabels> places;  ///< of diagnosed faults
  Localisation localisation;  ///< a finding for each diagnosed fault, at its first place
};

/// Votes of a program's runs, by the model's offsets. With groups of nine the first nine runs
/// count. Findings name no layer and have no certainty: how many runs agree says little about
/// whether they are right. A program whose gradients the public code cannot pair is not applicable.
/// Errors: InputError for no runs, a run without checks, and a model that learnt from other
/// features than the reading has.
DeepFdDiagnosis run_deepfd(const mapping::Program& program, const std::vector<MonitoredRun>& runs,
                           const DeepFdModel& model, ToolReading reading);

}  // namespace dlfix::eval
