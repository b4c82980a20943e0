// Repair runs of the study and how they score.
#pragma once

#include <array>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "eval/metrics/case_scores.h"
#include "eval/published/study_folder.h"

namespace dlfix::eval {

/// Column of Table 9 -> name in the search files.
inline constexpr std::array<std::pair<const char*, const char*>, 3> kSearchTools{
    {{"Random", "random"}, {"HEBO", "hebo"}, {"BOHB", "bohb"}}};
inline constexpr std::array<const char*, 3> kGptModels{"GPT-3.5", "GPT-4", "GPT-4T"};
inline constexpr const char* kAutoTrainer = "AT";
/// Budgets of the study, as multiples of the faulty program's training time.
inline constexpr std::array<int, 3> kBudgets{10, 20, 50};
/// The budget of Table 9.
inline constexpr int kPrintedBudget = 20;

/// One search run: what its best trial reached on rows that the search did not see.
struct SearchRun {
  std::string fault;
  std::string tool;
  int budget = 0;
  int repeat = 0;
  double first_holdout = 0;  ///< of the faulty program, which every run trains first; NaN: cut off
  int best_trial = -1;       ///< -1: none finished
  double best_search = 0;
  double best_holdout = 0;  ///< NaN: none
  double changed = 0;       ///< hyperparameters that differ from the faulty program
};

/// Runs by fault, tool and budget.
using SearchRuns = std::map<std::tuple<std::string, std::string, int>, std::vector<SearchRun>>;

/// Errors: support::EnvironmentError when search_runs.csv is not there, support::InputError.
SearchRuns read_search_runs(const StudyFolder& folder);

/// Empty when the study has none.
const std::vector<SearchRun>& runs_of(const SearchRuns& runs, const std::string& fault,
                                      const std::string& tool, int budget);

/// Ids of the faults of Table 9, in its order.
std::vector<std::string> repair_ids(const StudyFolder& folder);

double printed_faulty(const StudyFolder& folder, const std::string& id);
double printed_truth(const StudyFolder& folder, const std::string& id);
/// Whether Table 9 marks the cell as a significant improvement.
bool is_marked(const StudyFolder& folder, const std::string& id, const std::string& column);

/// The runs of a tool on a fault as a case, with means of the faulty program and of its fix as
/// Table 9 prints them. The values of the faulty program are not published: with
/// `first_trials_as_faulty` those of the runs' own first trials stand for them, and runs without
/// one are left out.
RepairCase repair_case(const StudyFolder& folder, const std::vector<SearchRun>& runs,
                       const std::string& id, bool first_trials_as_faulty);

}  // namespace dlfix::eval
