// Retrains configurations that the study measured in Keras, and compares.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "agent/workflows/study_subject.h"
#include "eval/fidelity/fidelity.h"

namespace dlfix::agent {

struct FidelityOptions {
  std::string trainings;              ///< keras_trainings.jsonl.gz
  std::vector<std::string> subjects;  ///< "D1", "M", ...
  std::size_t configs = 40;           ///< for each subject
  int seeds = 10;                     ///< trainings of each configuration
  std::uint64_t draw = 1;             ///< seed that draws the configurations
};

/// Trains every drawn configuration with seeds 1 to `seeds` on the study's own split of the test
/// rows; where the study redraws the data, every seed has data of its own. Ctrl-C: what is complete
/// is compared. Errors: InputError (no such subject, a program that is not measured on arrays of
/// its own), EnvironmentError (data missing, trainer).
eval::FidelityReport measure_fidelity(const FidelityOptions& options,
                                      const StudyEnvironment& environment);

}  // namespace dlfix::agent
