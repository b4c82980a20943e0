// Trains random configurations of the study's programs and keeps how each went.
#pragma once

#include <string>
#include <vector>

#include "agent/workflows/study_subject.h"
#include "eval/stopping/curve.h"

namespace dlfix::agent {

struct CurveOptions {
  std::vector<std::string> subjects;  ///< "D1", "M", ...
  int configs = 200;                  ///< of each subject, one training each
  std::uint64_t seed = 0;             ///< draws the configurations
};

/// Draws from the sane search space, every hyperparameter anew, learning rates on a logarithmic
/// scale, and measures the search rows after every epoch. Left out: what crashed, and trainings of
/// fewer than four epochs, in which there is nothing to save. Ctrl-C: those that are complete.
/// Errors: InputError (no such subject), EnvironmentError (data missing, trainer).
std::vector<eval::Curve> record_curves(const CurveOptions& options,
                                       const StudyEnvironment& environment);

}  // namespace dlfix::agent
