// Searches on one program at the same time.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "agent/compare/comparison.h"
#include "agent/workflows/repair.h"
#include "agent/workflows/subject.h"

namespace dlfix::agent {

struct SearchOutcome {
  /// What it found, not yet measured on hold-out rows. Nothing: it was interrupted.
  std::optional<RunOutcome> run;
  int trainings = 0;  ///< different ones
};

struct SearchPlan {
  struct Search {
    RepairOptions options;
    std::string directory;  ///< for its captures
  };
  std::vector<Search> searches;
  std::vector<double> cuts;                   ///< smaller budgets that each is cut off at as well
  std::function<void(Subject&)> choose_rows;  ///< what searches see and what they do not
};

/// Runs all at the same time, each in a thread of its own, their trainings in common batches
/// (TrainingMeeting) on this thread. A search's result does not depend on what runs beside it,
/// unless its budget is one of seconds: let such searches run alone.
/// `environment`'s folder is not used. Errors: as repair(), the first of any search, after all have
/// ended.
std::vector<SearchOutcome> run_together(const SearchPlan& plan,
                                        const RepairEnvironment& environment);

}  // namespace dlfix::agent
