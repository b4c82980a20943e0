// Table 9: what patched programs reach.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "eval/metrics/budget_replay.h"
#include "eval/published/cells.h"
#include "eval/published/families.h"
#include "eval/published/repair_data.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval {
namespace {

/// Orders of AutoTrainer's runs that are drawn; the study draws ten.
constexpr int kReplays = 2000;

struct Statistic {
  const char* word;
  const char* field;
  double CaseScores::*value;
};
constexpr std::array<Statistic, 2> kStatistics{
    {{"mean", "mean", &CaseScores::mean}, {"deviation", "sd", &CaseScores::sigma}}};

/// The faulty mean is known as rounded: looks for one within the rounding that makes the cell
/// equal.
std::string floor_cause(RepairCase one, const Statistic& statistic, double printed, int decimals) {
  constexpr int kSteps = 500;
  const double centre = one.faulty_mean;
  const double half = 0.5 * std::pow(10.0, -decimals);
  for (int step = 0; step < 2 * kSteps; ++step) {
    // Nearest to the printed value first.
    const double distance = half * (step / 2 + 1) / kSteps;
    one.faulty_mean = centre + (step % 2 == 0 ? -distance : distance);
    const double value = score_case(one, Scores::kPrinted).*statistic.value;
    if (round_half_up(value, decimals) == printed) {
      return fmt::format(
          "the faulty mean counts for worse runs and is printed rounded: equal with "
          "{:.{}f}",
          one.faulty_mean, decimals + 2);
    }
  }
  return "";
}

PublishedLine search_line(const StudyFolder& folder) {
  Cells cells("Table 9 search columns");
  const auto all = read_search_runs(folder);
  for (const auto& id : repair_ids(folder)) {
    const int decimals = folder.fault(id).decimals;
    for (const auto& [column, tool] : kSearchTools) {
      const auto one = repair_case(folder, runs_of(all, id, tool, kPrintedBudget), id, false);
      const CaseScores scores = score_case(one, Scores::kPrinted);
      for (const auto& statistic : kStatistics) {
        const auto printed = printed_number(folder.row(9, id).at(column).at(statistic.field));
        cells.compare(fmt::format("{} {} {}", id, column, statistic.word), printed,
                      scores.*statistic.value, decimals, [&] {
                        return printed ? floor_cause(one, statistic, *printed, decimals) : "";
                      });
      }
      cells.correct(fmt::format("{} {} mean without the floor", id, column),
                    printed_number(folder.row(9, id).at(column).at("mean")), scores.unclamped_mean,
                    decimals);
    }
  }
  return cells.line();
}

/// What AutoTrainer's recorded runs reach within the budget of Table 9, by fault.
struct AutoTrainerRuns {
  explicit AutoTrainerRuns(const StudyFolder& folder);

  std::map<std::string, std::vector<TimedRun>> runs;
  std::map<std::string, double> budget_seconds;
  std::map<std::string, double> runs_within;
};

AutoTrainerRuns::AutoTrainerRuns(const StudyFolder& folder) {
  const CsvTable table = folder.table_file("autotrainer_runs.csv");
  for (std::size_t row = 0; row < table.rows(); ++row) {
    runs[table.text(row, "fault")].push_back(
        {table.number(row, "seconds"), table.number(row, "max_accuracy")});
  }
  const CsvTable budgets = folder.table_file("autotrainer_budgets.csv");
  for (std::size_t row = 0; row < budgets.rows(); ++row) {
    if (budgets.number(row, "budget") != kPrintedBudget) continue;
    budget_seconds[budgets.text(row, "fault")] = budgets.number(row, "budget_seconds");
    runs_within[budgets.text(row, "fault")] = budgets.number(row, "runs_within_budget");
  }
}

std::string status_of(const AutoTrainerRuns& data, const std::string& id) {
  if (!data.runs.contains(id) || !data.runs_within.contains(id)) return "N/A";
  return data.runs_within.at(id) == 0 ? "T/O" : "value";
}

PublishedLine auto_trainer_line(const StudyFolder& folder, const std::string& name,
                                const Statistic& statistic) {
  Cells cells(name);
  const AutoTrainerRuns data(folder);
  for (const auto& id : repair_ids(folder)) {
    const auto printed = printed_number(folder.row(9, id).at(kAutoTrainer).at(statistic.field));
    if (!printed || status_of(data, id) != "value") continue;
    RandomStream random(0);
    RepairCase one{.higher_is_better = folder.fault(id).higher_is_better};
    // The best value counts, worse than the faulty program's as well.
    one.faulty_mean = one.higher_is_better ? -HUGE_VAL : HUGE_VAL;
    one.runs = replay_budget(data.runs.at(id), data.budget_seconds.at(id), kReplays,
                             one.higher_is_better, random);
    if (one.runs.empty()) {
      cells.compare(id, printed, std::nullopt, folder.fault(id).decimals,
                    [] { return "no run fits into the budget"; });
      continue;
    }
    const double value =
        statistic.value == &CaseScores::mean ? mean(one.runs) : population_sd(one.runs);
    cells.compare(id, printed, value, folder.fault(id).decimals, [&] {
      const double of_ten = population_sd(one.runs) / std::sqrt(10.0);
      return fmt::format(
          "depends on the order in which the study drew its runs: expected {:.3f}, "
          "and a mean of ten has a deviation of {:.3f}",
          mean(one.runs), of_ten);
    });
  }
  cells.note(fmt::format("expected over {} random orders of the recorded runs", kReplays));
  return cells.line();
}

PublishedLine status_line(const StudyFolder& folder) {
  Cells cells("Table 9 AutoTrainer N/A and T/O");
  const AutoTrainerRuns data(folder);
  for (const auto& id : repair_ids(folder)) {
    const auto& cell = folder.row(9, id).at(kAutoTrainer);
    const std::string printed =
        cell.contains("status") ? cell.at("status").get<std::string>() : "value";
    cells.compare_text(id, printed, status_of(data, id));
  }
  return cells.line();
}

PublishedLine first_columns_line() {
  Cells cells("Table 9 Faulty Model and GT");
  cells.cannot("the ten values of the faulty and of the fixed programs are not in the folder");
  return cells.line();
}

/// The faulty column against the first trials of the search runs, which train the faulty program.
PublishedLine first_trials_line(const StudyFolder& folder) {
  Cells cells("Table 9 Faulty Model by first trials");
  const auto all = read_search_runs(folder);
  int near = 0;
  std::string far;
  for (const auto& id : repair_ids(folder)) {
    std::vector<double> values;
    for (const auto& [group, runs] : all) {
      if (std::get<0>(group) != id) continue;
      for (const auto& run : runs) {
        if (!std::isnan(run.first_holdout)) values.push_back(run.first_holdout);
      }
    }
    // Three standard errors of a mean of ten, beside the rounding.
    const double bound =
        3 * sample_sd(values) / std::sqrt(10.0) + 0.5 * std::pow(10.0, -folder.fault(id).decimals);
    if (std::abs(mean(values) - printed_faulty(folder, id)) <= bound) {
      ++near;
    } else {
      far += fmt::format("{}{} {} ({:.3f})", far.empty() ? "" : ", ", id,
                         cell_text(printed_faulty(folder, id), folder.fault(id).decimals),
                         mean(values));
    }
  }
  cells.cannot("the ten faulty values are not in the folder, and the search trained other ones");
  cells.note(
      fmt::format("{} of {} printed means lie within three standard errors of the first "
                  "trials' mean; the others: {}",
                  near, repair_ids(folder).size(), far.empty() ? "none" : far));
  return cells.line();
}

PublishedLine gpt_line(const StudyFolder& folder, const char* model) {
  Cells cells(fmt::format("Table 9 {}", model));
  cells.cannot(
      "no accuracy of a patch of this model is in the folder; training the recorded "
      "replies would give new ones");
  // One prompt serves all faults of a subject, so the cells of a subject are one.
  std::map<std::string, std::string> first;
  int same = 0, all = 0;
  for (const auto& id : repair_ids(folder)) {
    const auto& cell = folder.row(9, id).at(model);
    const std::string text = fmt::format("{} {}", cell.at("mean").dump(), cell.at("sd").dump());
    const auto [known, fresh] = first.try_emplace(folder.fault(id).prompt, text);
    if (fresh) continue;
    ++all;
    same += known->second == text ? 1 : 0;
  }
  cells.note(
      fmt::format("one prompt serves the faults of a subject: {} of {} further cells repeat "
                  "the subject's first",
                  same, all));
  return cells.line();
}

PublishedLine marks_line() {
  Cells cells("Table 9 bold cells");
  cells.cannot(
      "the tests pair the runs with the ten values of the faulty program, which are not "
      "in the folder");
  return cells.line();
}

}  // namespace

Lines repair_lines(const StudyFolder& folder) {
  Lines lines;
  lines.push_back(guarded("Table 9 search columns", [&] { return search_line(folder); }));
  for (const auto& [name, statistic] : {std::pair{"Table 9 AutoTrainer means", kStatistics[0]},
                                        {"Table 9 AutoTrainer deviations", kStatistics[1]}}) {
    lines.push_back(guarded(name, [&] { return auto_trainer_line(folder, name, statistic); }));
  }
  lines.push_back(guarded("Table 9 AutoTrainer N/A and T/O", [&] { return status_line(folder); }));
  lines.push_back(first_columns_line());
  lines.push_back(
      guarded("Table 9 Faulty Model by first trials", [&] { return first_trials_line(folder); }));
  for (const char* model : kGptModels) lines.push_back(gpt_line(folder, model));
  lines.push_back(marks_line());
  return lines;
}

}  // namespace dlfix::eval
