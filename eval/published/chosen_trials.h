// The patch of each search run, chosen again from its trials.
#pragma once

#include <map>
#include <string>
#include <tuple>

#include "eval/published/study_folder.h"

namespace dlfix::eval {

/// Fault, tool, budget, repeat.
using RunKey = std::tuple<std::string, std::string, int, int>;

struct ChosenTrial {
  int trial = -1;
  double search = 0;
  double holdout = 0;
  mapping::Config config;
};

/// Streams keras_trainings.jsonl.gz. The best finished trial of each run by the search metric, the
/// first of equals; trial 0, the faulty program, is left out. Runs without a finished trial are not
/// listed. Errors: support::EnvironmentError when the file is not there, support::InputError.
std::map<RunKey, ChosenTrial> choose_trials(const StudyFolder& folder);

}  // namespace dlfix::eval
