// Runs the published repair tools as the study ran them, on the study's rows, and compares what
// they reach.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/workflows/study_subject.h"
#include "eval/repairers/tool_reading.h"
#include "eval/search_study/search_study.h"

namespace dlfix::agent {

struct StudySearchOptions {
  std::string directory;              ///< with search_runs.csv and autotrainer_runs.csv
  std::vector<std::string> subjects;  ///< "D1", "R2"
  std::vector<std::string> tools;     ///< random, hebo, bohb, autotrainer
  std::vector<int> budgets;           ///< of 10, 20 and 50
  int repetitions = 10;
  eval::ToolReading reading = eval::ToolReading::kStudy;
  std::uint64_t seed = 1;
};

/// Every repetition is a search of its own. Its budget is the number of trainings that gave a
/// number in the study's run of the same repetition: the study's clock counted a machine's start-up
/// times, which are not ours to measure. What gives no number costs nothing, as there it gave no
/// row. Searches see the larger part of the test rows; what counts is the best trial's value on the
/// hold-out part, the faulty program left out. AutoTrainer is measured on half of the test rows and
/// has no budget. Ctrl-C: what is complete is judged. Errors: as measure_fidelity().
eval::SearchStudyReport measure_study_searches(const StudySearchOptions& options,
                                               const StudyEnvironment& environment);

}  // namespace dlfix::agent
