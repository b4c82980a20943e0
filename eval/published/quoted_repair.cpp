// Numbers of the text about repair: sections 6.5 to 6.7.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <regex>
#include <set>

#include "eval/published/cells.h"
#include "eval/published/families.h"
#include "eval/published/repair_data.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval {
namespace {

constexpr int kRateDecimals = 2;
constexpr double kNoGap = 1e-9;

std::vector<double> printed_rates(const StudyFolder& folder, const std::string& column) {
  std::vector<double> rates;
  for (const auto& id : repair_ids(folder)) {
    const auto mean = printed_number(folder.row(9, id).at(column).at("mean"));
    const double gap = printed_truth(folder, id) - printed_faulty(folder, id);
    if (mean && std::abs(gap) >= kNoGap)
      rates.push_back((*mean - printed_faulty(folder, id)) / gap);
  }
  return rates;
}

/// Median rate of a search tool from its runs.
double median_of_runs(const StudyFolder& folder, const SearchRuns& all, const std::string& tool,
                      int budget, Scores scores) {
  std::vector<double> rates;
  for (const auto& id : repair_ids(folder)) {
    const auto one = repair_case(folder, runs_of(all, id, tool, budget), id, false);
    if (const auto rate = score_case(one, scores).rate) rates.push_back(*rate);
  }
  return median(rates);
}

std::string search_name(const std::string& column) {
  for (const auto& [name, tool] : kSearchTools) {
    if (name == column) return tool;
  }
  return "";
}

/// Other readings of a median: from the runs, or with faults without a symptom as zero.
std::string rate_cause(const StudyFolder& folder, const std::string& column) {
  if (const std::string tool = search_name(column); !tool.empty()) {
    const auto all = read_search_runs(folder);
    return fmt::format("from the runs {:.3f}, from runs rounded to two decimals {:.3f}",
                       median_of_runs(folder, all, tool, kPrintedBudget, Scores::kCorrected),
                       median_of_runs(folder, all, tool, kPrintedBudget, Scores::kPrinted));
  }
  if (column != kAutoTrainer) return "";
  auto rates = printed_rates(folder, column);
  for (const auto& id : repair_ids(folder)) {
    const auto& cell = folder.row(9, id).at(column);
    if (cell.value("status", "") == "N/A" && folder.fault(id).higher_is_better) rates.push_back(0);
  }
  return fmt::format("with zero for the faults without a symptom {:.3f}", median(rates));
}

PublishedLine rates_line(const StudyFolder& folder) {
  Cells cells("Text 6.5 median IR");
  for (const auto& [column, printed] : folder.quoted("ir_median").items()) {
    if (!printed.is_number()) continue;
    const double value = printed.get<double>();
    cells.compare(column, value, median(printed_rates(folder, column)), decimals_of(value),
                  [&, column = column] { return rate_cause(folder, column); });
  }
  cells.note("from the means that Table 9 prints");
  return cells.line();
}

PublishedLine marks_line(const StudyFolder& folder) {
  Cells cells("Text 6.5 significant cases");
  for (const auto& [column, printed] :
       folder.quoted("significant_cases_of_30").at("budget_20").items()) {
    double marked = 0;
    for (const auto& id : repair_ids(folder)) marked += is_marked(folder, id, column) ? 1 : 0;
    cells.compare(column, printed_number(printed), marked, 0);
  }
  cells.note("counted in Table 9's bold cells");
  return cells.line();
}

/// "all 30 faults except D8 and D9"
PublishedLine gpt_claim_line(const StudyFolder& folder) {
  Cells cells("Text 6.5 faults that GPTs improve");
  const auto claim = folder.quoted("significant_cases_of_30").at("GPT_claim").get<std::string>();
  const std::string except = claim.substr(std::min(claim.find("except"), claim.size()));
  std::set<std::string> excepted;
  static const std::regex kId(R"([A-Z]\d+)");
  for (std::sregex_iterator at(except.begin(), except.end(), kId), end; at != end; ++at)
    excepted.insert(at->str());
  for (const char* model : kGptModels) {
    std::set<std::string> unmarked;
    for (const auto& id : repair_ids(folder)) {
      if (!is_marked(folder, id, model)) unmarked.insert(id);
    }
    const auto listed = [](const std::set<std::string>& ids) {
      std::string text;
      for (const auto& id : ids) text += (text.empty() ? "all but " : ", ") + id;
      return text.empty() ? "all" : text;
    };
    cells.compare_text(model, listed(excepted), listed(unmarked),
                       [] { return "Table 9 marks fewer cells of this model"; });
  }
  return cells.line();
}

PublishedLine efficiency_line(const StudyFolder& folder) {
  Cells cells("Text 6.7 significant cases by budget (RQ6)");
  cells.cannot(
      "the tests pair the runs with the ten values of the faulty program, which are not "
      "in the folder");
  const auto all = read_search_runs(folder);
  for (const auto& [column, tool] : kSearchTools) {
    std::string counts;
    for (const int budget : kBudgets) {
      int significant = 0;
      for (const auto& id : repair_ids(folder)) {
        const auto one = repair_case(folder, runs_of(all, id, tool, budget), id, true);
        significant += score_case(one, Scores::kPrinted).significant ? 1 : 0;
      }
      counts += fmt::format("{}{}", counts.empty() ? "" : "/", significant);
    }
    cells.note(fmt::format("{} {}", column, counts));
  }
  std::string printed;
  for (const auto& [budget, count] :
       folder.quoted("significant_cases_of_30").at("Random_by_budget").items())
    printed += (printed.empty() ? "" : "/") + count.dump();
  cells.note(
      fmt::format("with the runs' own first trials as faulty values, budgets 10/20/50; "
                  "printed for Random {}",
                  printed));
  return cells.line();
}

PublishedLine deviations_line(const StudyFolder& folder) {
  Cells cells("Text 6.6 mean deviation of improved cases (RQ5)");
  for (const auto& [column, printed] : folder.quoted("mean_sigma_over_significant_cases").items()) {
    std::vector<double> deviations;
    for (const auto& id : repair_ids(folder)) {
      const auto sd = printed_number(folder.row(9, id).at(column).at("sd"));
      if (sd && is_marked(folder, id, column)) deviations.push_back(*sd);
    }
    cells.compare(column, printed_number(printed), mean(deviations), 3,
                  [] { return "not known: Table 9's bold cells average to this value"; });
  }
  return cells.line();
}

PublishedLine second_best_line(const StudyFolder& folder) {
  Cells cells("Abstract: GPT-4's repair above the second best");
  const double printed =
      folder.quoted("improvement_over_second_best").at("repair_percent").get<double>();
  double next = 0, next_quoted = 0;
  const auto& quoted = folder.quoted("ir_median");
  for (const auto& [column, tool] : kSearchTools) {
    next = std::max(next, median(printed_rates(folder, column)));
    next_quoted = std::max(next_quoted, quoted.at(column).get<double>());
  }
  const auto percent = [](double first, double second) { return 100 * (first / second - 1); };
  cells.compare("percent", printed, percent(median(printed_rates(folder, "GPT-4")), next), 0,
                [&]() -> std::string {
                  const double of_text = percent(quoted.at("GPT-4").get<double>(), next_quoted);
                  return round_half_up(of_text, 0) == printed
                             ? "follows from the medians as the text rounds them"
                             : "";
                });
  cells.note("median IR");
  return cells.line();
}

PublishedLine hyperparameters_line(const StudyFolder& folder) {
  Cells cells("Text 6.5 hyperparameters on average");
  const auto average = [&](const auto& counts) {
    std::vector<double> numbers;
    for (const auto& fault : folder.faults()) {
      if (counts(fault)) numbers.push_back(static_cast<double>(fault.names.size()));
    }
    return mean(numbers);
  };
  const double printed = folder.quoted("average_hyperparameters").get<double>();
  cells.compare(
      "mean over the faults", printed, average([](const StudyFault&) { return true; }), 0, [&] {
        return fmt::format("the real faults alone have {:.1f}",
                           average([](const StudyFault& one) { return !one.artificial; }));
      });
  return cells.line();
}

}  // namespace

Lines quoted_repair_lines(const StudyFolder& folder) {
  Lines lines;
  lines.push_back(marks_line(folder));
  lines.push_back(gpt_claim_line(folder));
  lines.push_back(guarded("Text 6.5 median IR", [&] { return rates_line(folder); }));
  lines.push_back(hyperparameters_line(folder));
  lines.push_back(deviations_line(folder));
  lines.push_back(guarded("Text 6.7 significant cases by budget (RQ6)",
                          [&] { return efficiency_line(folder); }));
  lines.push_back(second_best_line(folder));
  return lines;
}

}  // namespace dlfix::eval
