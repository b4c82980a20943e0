// Do our searches reach what the study's runs of the published tools reached?
// Source: replication package, repair/results; paper section 6.5.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dlfix::eval {

/// One search of the study.
struct PublishedSearch {
  int results = 0;     ///< trainings that gave a number, the faulty program's among them
  double holdout = 0;  ///< of the best one by its search rows; NaN: none but the faulty program's
};

/// All repetitions of a tool on a fault at a budget.
struct SearchCell {
  std::string fault;
  std::string tool;  ///< random, hebo, bohb
  int budget = 0;    ///< multiples of the faulty program's wall-clock time
  bool higher_is_better = true;
  std::vector<PublishedSearch> published;
  std::vector<double> ours;  ///< hold-out value per repetition; NaN: none
  double p_value = 1;        ///< Mann-Whitney, two-sided; runs without a value stand last
  bool equal = true;         ///< not different at 0.05
};

/// One run of AutoTrainer. Outcomes: solved, potential, no; also no_problem and interrupted.
struct AutoTrainerRun {
  std::string outcome;
  int attempts = 0;
  double returned = 0;  ///< accuracy of the model that it returns; NaN: none
  double best = 0;      ///< the highest of all attempts; NaN: none
};

struct AutoTrainerCell {
  std::string fault;
  std::vector<AutoTrainerRun> published, ours;
  bool outcome_agrees = false;  ///< the most frequent one is the same
  bool attempts_agree = false;  ///< the median lies among the published numbers
  double mean_difference = 0;   ///< of `best`, ours minus published
};

struct SearchStudyReport {
  std::vector<SearchCell> cells;
  std::vector<AutoTrainerCell> autotrainer;
  double cells_equal_share = 1;
  bool interrupted = false;
};

/// Cells without our values, in the order of the arguments. A fault is named as in Table 9.
/// Errors: support::EnvironmentError when search_runs.csv is not there; support::InputError naming
/// a fault, tool or budget that it does not have.
std::vector<SearchCell> read_search_cells(const std::string& folder,
                                          const std::vector<std::string>& faults,
                                          const std::vector<std::string>& tools,
                                          const std::vector<int>& budgets);

/// The study's runs of AutoTrainer. Errors: as above, of autotrainer_runs.csv.
AutoTrainerCell read_autotrainer_cell(const std::string& folder, const std::string& fault);

/// Fills what follows from our values; cells that were not begun are left out.
SearchStudyReport judge_searches(std::vector<SearchCell> cells,
                                 std::vector<AutoTrainerCell> autotrainer);

std::string to_text(const SearchStudyReport& report);
nlohmann::json to_json(const SearchStudyReport& report);

}  // namespace dlfix::eval
