#include "eval/published/repair_data.h"

#include <cmath>

namespace dlfix::eval {

SearchRuns read_search_runs(const StudyFolder& folder) {
  const CsvTable table = folder.table_file("search_runs.csv");
  SearchRuns runs;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto whole = [&](const char* column) {
      return static_cast<int>(table.number(row, column));
    };
    const double best = table.number(row, "best_trial");
    const SearchRun run{table.text(row, "fault"),
                        table.text(row, "tool"),
                        whole("budget"),
                        whole("repeat"),
                        table.number(row, "first_holdout"),
                        std::isnan(best) ? -1 : static_cast<int>(best),
                        table.number(row, "best_search"),
                        table.number(row, "best_holdout"),
                        table.number(row, "n_changed")};
    runs[{run.fault, run.tool, run.budget}].push_back(run);
  }
  return runs;
}

const std::vector<SearchRun>& runs_of(const SearchRuns& runs, const std::string& fault,
                                      const std::string& tool, int budget) {
  static const std::vector<SearchRun> kNone;
  const auto found = runs.find({fault, tool, budget});
  return found == runs.end() ? kNone : found->second;
}

std::vector<std::string> repair_ids(const StudyFolder& folder) {
  std::vector<std::string> ids;
  for (const auto& row : folder.rows(9)) ids.push_back(row.at("id").get<std::string>());
  return ids;
}

double printed_faulty(const StudyFolder& folder, const std::string& id) {
  return folder.row(9, id).at("faulty").get<double>();
}

double printed_truth(const StudyFolder& folder, const std::string& id) {
  return folder.row(9, id).at("gt").get<double>();
}

bool is_marked(const StudyFolder& folder, const std::string& id, const std::string& column) {
  return folder.row(9, id).at(column).at("significant").get<bool>();
}

RepairCase repair_case(const StudyFolder& folder, const std::vector<SearchRun>& runs,
                       const std::string& id, bool first_trials_as_faulty) {
  RepairCase one{.faulty_mean = printed_faulty(folder, id),
                 .truth_mean = printed_truth(folder, id),
                 .higher_is_better = folder.fault(id).higher_is_better};
  for (const auto& run : runs) {
    if (first_trials_as_faulty) {
      if (std::isnan(run.first_holdout)) continue;
      one.faulty_values.push_back(run.first_holdout);
    }
    one.runs.push_back(run.best_holdout);
  }
  return one;
}

}  // namespace dlfix::eval
