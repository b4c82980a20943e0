#include "eval/search_study/search_study.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>

#include "eval/published/csv_table.h"
#include "eval/statistics/descriptive.h"
#include "eval/statistics/mann_whitney.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

constexpr double kDifferent = 0.05;

std::string outcome_of(const std::string& solved) {
  if (solved == "Yes") return "solved";
  return solved == "No" ? "no" : "potential";
}

/// A search that found nothing is worse than every one that did.
std::vector<double> ranked_values(const std::vector<double>& values, bool higher_is_better) {
  std::vector<double> ranked;
  for (const double value : values) {
    const double oriented = higher_is_better ? value : -value;
    ranked.push_back(std::isnan(value) ? std::numeric_limits<double>::lowest() : oriented);
  }
  return ranked;
}

void judge(SearchCell& cell) {
  std::vector<double> published;
  for (const PublishedSearch& search : cell.published) published.push_back(search.holdout);
  cell.p_value = mann_whitney(ranked_values(cell.ours, cell.higher_is_better),
                              ranked_values(published, cell.higher_is_better))
                     .p_value;
  cell.equal = !(cell.p_value < kDifferent);
}

std::string most_frequent(const std::vector<AutoTrainerRun>& runs) {
  std::map<std::string, int> counts;
  for (const AutoTrainerRun& run : runs) ++counts[run.outcome];
  const auto most = std::ranges::max_element(
      counts, [](const auto& a, const auto& b) { return a.second < b.second; });
  return most == counts.end() ? "" : most->first;
}

std::vector<double> bests(const std::vector<AutoTrainerRun>& runs) {
  std::vector<double> values;
  for (const AutoTrainerRun& run : runs) {
    if (!std::isnan(run.best)) values.push_back(run.best);
  }
  return values;
}

std::vector<double> attempts(const std::vector<AutoTrainerRun>& runs) {
  std::vector<double> counts;
  for (const AutoTrainerRun& run : runs) counts.push_back(run.attempts);
  return counts;
}

void judge(AutoTrainerCell& cell) {
  cell.outcome_agrees = most_frequent(cell.ours) == most_frequent(cell.published);
  const auto theirs = attempts(cell.published);
  const double median_attempts = median(attempts(cell.ours));
  cell.attempts_agree = !theirs.empty() && median_attempts >= *std::ranges::min_element(theirs) &&
                        median_attempts <= *std::ranges::max_element(theirs);
  cell.mean_difference = mean(bests(cell.ours)) - mean(bests(cell.published));
}

std::vector<double> without_nan(std::vector<double> values) {
  std::erase_if(values, [](double value) { return std::isnan(value); });
  return values;
}

std::vector<double> holdouts(const SearchCell& cell) {
  std::vector<double> values;
  for (const PublishedSearch& search : cell.published) values.push_back(search.holdout);
  return values;
}

std::string figures(const std::vector<double>& all) {
  const auto values = without_nan(all);
  if (values.empty()) return "none";
  return fmt::format(
      "{:.3f} ± {:.3f}{}", mean(values), population_sd(values),
      values.size() < all.size() ? fmt::format(" ({} without)", all.size() - values.size()) : "");
}

nlohmann::json numbers(const std::vector<double>& values) {
  nlohmann::json list = nlohmann::json::array();
  for (const double value : values)
    list.push_back(std::isnan(value) ? nlohmann::json() : nlohmann::json(value));
  return list;
}

nlohmann::json to_json(const std::vector<AutoTrainerRun>& runs) {
  nlohmann::json list = nlohmann::json::array();
  for (const AutoTrainerRun& run : runs) {
    list.push_back({{"outcome", run.outcome},
                    {"attempts", run.attempts},
                    {"returned", numbers({run.returned})[0]},
                    {"best", numbers({run.best})[0]}});
  }
  return list;
}

}  // namespace

std::vector<SearchCell> read_search_cells(const std::string& folder,
                                          const std::vector<std::string>& faults,
                                          const std::vector<std::string>& tools,
                                          const std::vector<int>& budgets) {
  const CsvTable table(folder + "/search_runs.csv");
  std::vector<SearchCell> cells;
  for (const std::string& fault : faults) {
    for (const std::string& tool : tools) {
      for (const int budget : budgets) cells.push_back({fault, tool, budget, true, {}, {}});
    }
  }
  for (std::size_t row = 0; row < table.rows(); ++row) {
    const auto cell = std::ranges::find_if(cells, [&](const SearchCell& one) {
      return one.fault == table.text(row, "fault") && one.tool == table.text(row, "tool") &&
             one.budget == static_cast<int>(table.number(row, "budget"));
    });
    if (cell == cells.end()) continue;
    cell->published.push_back(
        {static_cast<int>(table.number(row, "n_results")), table.number(row, "best_holdout")});
  }
  for (const SearchCell& cell : cells) {
    if (cell.published.empty())
      throw support::InputError(
          fmt::format("the study has no runs of {} on {} at budget {}", cell.tool, cell.fault,
                      cell.budget),
          "its faults are named as in Table 9, its tools are random, hebo and "
          "bohb, its budgets 10, 20 and 50");
  }
  return cells;
}

AutoTrainerCell read_autotrainer_cell(const std::string& folder, const std::string& fault) {
  const CsvTable table(folder + "/autotrainer_runs.csv");
  AutoTrainerCell cell;
  cell.fault = fault;
  for (std::size_t row = 0; row < table.rows(); ++row) {
    if (table.text(row, "fault") != fault) continue;
    cell.published.push_back(
        {outcome_of(table.text(row, "solved")), static_cast<int>(table.number(row, "attempts")),
         table.number(row, "repaired_accuracy"), table.number(row, "max_accuracy")});
  }
  if (cell.published.empty())
    throw support::InputError(fmt::format("the study has no runs of AutoTrainer on {}", fault));
  return cell;
}

SearchStudyReport judge_searches(std::vector<SearchCell> cells,
                                 std::vector<AutoTrainerCell> autotrainer) {
  SearchStudyReport report;
  int equal = 0;
  for (SearchCell& cell : cells) {
    if (cell.ours.empty()) continue;
    judge(cell);
    equal += cell.equal;
    report.cells.push_back(std::move(cell));
  }
  if (!report.cells.empty())
    report.cells_equal_share = equal / static_cast<double>(report.cells.size());
  for (AutoTrainerCell& cell : autotrainer) {
    if (cell.ours.empty()) continue;
    judge(cell);
    report.autotrainer.push_back(std::move(cell));
  }
  return report;
}

std::string to_text(const SearchStudyReport& report) {
  std::string text;
  if (!report.cells.empty()) {
    text += fmt::format("{:<6}{:<8}{:>7}  {:<26}{:<26}{:>8}\n", "fault", "tool", "budget",
                        "published hold-out", "ours", "p");
    for (const SearchCell& cell : report.cells) {
      text += fmt::format("{:<6}{:<8}{:>7}  {:<26}{:<26}{:>8.3f}{}\n", cell.fault, cell.tool,
                          cell.budget, figures(holdouts(cell)), figures(cell.ours), cell.p_value,
                          cell.equal ? "" : "  different");
    }
    text += fmt::format("\nNot different at 0.05: {:.1f} % of {} cells\n",
                        100 * report.cells_equal_share, report.cells.size());
  }
  for (const AutoTrainerCell& cell : report.autotrainer) {
    text += fmt::format(
        "{:<6}autotrainer  published {} in {:.1f} attempts, best {:.3f}; ours {} in {:.1f}, "
        "best {:.3f}{}\n",
        cell.fault, most_frequent(cell.published), mean(attempts(cell.published)),
        mean(bests(cell.published)), most_frequent(cell.ours), mean(attempts(cell.ours)),
        mean(bests(cell.ours)), cell.outcome_agrees && cell.attempts_agree ? "" : "  differs");
  }
  if (report.interrupted) text += "interrupted: the same command goes on from here\n";
  return text;
}

nlohmann::json to_json(const SearchStudyReport& report) {
  nlohmann::json cells = nlohmann::json::array();
  for (const SearchCell& cell : report.cells) {
    cells.push_back({{"fault", cell.fault},
                     {"tool", cell.tool},
                     {"budget", cell.budget},
                     {"published", numbers(holdouts(cell))},
                     {"ours", numbers(cell.ours)},
                     {"p_value", numbers({cell.p_value})[0]},
                     {"equal", cell.equal}});
  }
  nlohmann::json autotrainer = nlohmann::json::array();
  for (const AutoTrainerCell& cell : report.autotrainer) {
    autotrainer.push_back({{"fault", cell.fault},
                           {"published", to_json(cell.published)},
                           {"ours", to_json(cell.ours)},
                           {"outcome_agrees", cell.outcome_agrees},
                           {"attempts_agree", cell.attempts_agree},
                           {"mean_difference", numbers({cell.mean_difference})[0]}});
  }
  return {{"cells_equal_share", report.cells_equal_share},
          {"cells", std::move(cells)},
          {"autotrainer", std::move(autotrainer)},
          {"interrupted", report.interrupted}};
}

}  // namespace dlfix::eval
