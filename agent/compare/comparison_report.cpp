// A comparison as text, CSV and LaTeX.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

#include "agent/compare/comparison.h"
#include "agent/compare/summary.h"
#include "agent/output/figures.h"
#include "agent/output/progress.h"
#include "agent/output/terminal.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

std::string rate_words(const std::optional<double>& rate) {
  return rate ? fmt::format("{:.2f}", *rate) : "-";
}

std::string cell_words(const ColumnResult* result) {
  if (result == nullptr) return "-";
  const eval::CaseScores& scores = result->judged.scores;
  return fmt::format("{:.3f} ± {:.3f} IR {}{}", scores.mean, scores.sigma, rate_words(scores.rate),
                     scores.significant ? " *" : "");
}

std::string mean_words(const std::vector<double>& values) {
  return values.empty() ? "-" : fmt::format("{:.3f}", eval::mean(values));
}

std::string means_table(const Comparison& comparison) {
  std::vector<std::vector<std::string>> rows = {{"program", "data", "metric", "faulty", "fixed"}};
  for (const Column& column : comparison.columns) rows.front().push_back(column.name);
  for (const ProgramComparison& program : comparison.programs) {
    std::vector<std::string> row = {program.name, data_words(program), program.metric,
                                    mean_words(program.faulty), mean_words(program.fix)};
    for (const Column& column : comparison.columns)
      row.push_back(cell_words(judged_column(program, column)));
    rows.push_back(std::move(row));
  }
  return table(rows, "  ");
}

/// "35 improved, 2 corrupted, 3 failure"
std::string label_words(const ColumnSummary& summary) {
  std::string words;
  for (const char* label : {"improved", "unimproved", "corrupted", "failure"})
    if (const auto count = summary.labels.find(label); count != summary.labels.end())
      words += fmt::format("{}{} {}", words.empty() ? "" : ", ", count->second, label);
  return words.empty() ? "-" : words;
}

/// "97.5 %" of rows: shares differ little, and what is broken is rare.
std::string percent_words(const std::vector<double>& shares) {
  return shares.empty() ? "-" : fmt::format("{:.1f} %", 100 * eval::mean(shares));
}

std::string summary_table(const Comparison& comparison) {
  std::vector<std::vector<std::string>> rows = {{"technique", "significant", "mean IR", "median IR",
                                                 "stability", "mended", "broken", "runs"}};
  for (const Column& column : comparison.columns) {
    const ColumnSummary summary = summarise_column(comparison, column);
    const bool rates = !summary.rates.empty();
    rows.push_back({column.name, fmt::format("{} of {}", summary.significant, summary.programs),
                    rates ? fmt::format("{:.2f}", eval::mean(summary.rates)) : "-",
                    rates ? fmt::format("{:.2f}", eval::median(summary.rates)) : "-",
                    std::isfinite(summary.stability) ? figure(summary.stability) : "-",
                    percent_words(summary.mended), percent_words(summary.broken),
                    label_words(summary)});
  }
  return table(rows, "  ");
}

/// What columns say of their replies, once each.
std::string column_notes(const Comparison& comparison) {
  std::set<std::string> said;
  std::string text;
  for (const ProgramComparison& program : comparison.programs)
    for (const ColumnResult& result : program.columns)
      for (const std::string& note : result.notes)
        if (!note.starts_with("prompt: ") && said.insert(note).second)
          text += "note: " + note + "\n";
  return text;
}

/// RQ6: what smaller budgets would have given.
std::string budgets_table(const Comparison& comparison) {
  if (comparison.cuts.empty()) return "";
  std::vector<double> budgets = comparison.cuts;
  budgets.push_back(comparison.budget_amount);
  std::vector<std::vector<std::string>> rows = {{"significant within a budget of"}};
  for (const double budget : budgets) rows.front().push_back(fmt::format("{:g}", budget));
  for (const Column& column : comparison.columns) {
    if (column.technique == "llm") continue;
    rows.push_back({column.name});
    for (const double budget : budgets) {
      const BudgetCount count = significant_within(comparison, column, budget);
      rows.back().push_back(fmt::format("{} of {}", count.significant, count.programs));
    }
  }
  return "\n" + table(rows, "  ");
}

std::string repair_text(const Comparison& comparison) {
  std::string text = fmt::format(
      "Repair on hold-out rows, {} repetitions, budget {}, scores {}, trained on {}\n"
      "mean ± deviation of the runs (a run without a better patch counts as the faulty mean), IR; "
      "*: significant (Wilcoxon p < 0.05, IR > 0); mended, broken: rows wrong before and right "
      "now, "
      "right before and wrong now\n\n",
      comparison.repetitions, comparison.budget, to_string(comparison.scores), comparison.device);
  return text + means_table(comparison) + "\n" + summary_table(comparison) +
         budgets_table(comparison);
}

std::string csv_text(const std::string& text) {
  std::string safe = "\"";
  for (const char c : text) safe += c == '"' ? std::string("\"\"") : std::string(1, c);
  return safe + "\"";
}

std::string csv_number(double number) {
  return std::isfinite(number) ? fmt::format("{}", number) : "";
}

std::string escaped_latex(const std::string& text) {
  static const std::string kSpecial = "&%$#_{}";
  std::string safe;
  for (const char c : text) {
    if (kSpecial.find(c) != std::string::npos) safe += '\\';
    safe += c;
  }
  return safe;
}

std::string latex_cell(const ColumnResult* result) {
  if (result == nullptr) return "--";
  const eval::CaseScores& scores = result->judged.scores;
  const std::string mean = fmt::format("{:.2f} ({:.2f})", scores.mean, scores.sigma);
  return scores.significant ? "\\textbf{" + mean + "}" : mean;
}

}  // namespace

std::vector<std::string> hidden_faults(const Comparison& comparison) {
  std::vector<std::string> sentences;
  for (const ProgramComparison& program : comparison.programs) {
    if (!program.exposure || program.exposure->killed) continue;
    sentences.push_back(fmt::format(
        "{}: the fault does not show in {} trainings beside {} of its fix (p = {:.2f}, d = {:.2f})",
        program.name, program.faulty.size(), program.fix.size(), program.exposure->p_value,
        program.exposure->effect));
  }
  return sentences;
}

std::string data_words(const ProgramComparison& program) {
  const std::string kind = program.data_kind.empty() ? "own" : program.data_kind;
  return program.drawings > 1 ? kind + ", drawn anew" : kind;
}

std::string to_text(const Comparison& comparison) {
  std::string text;
  if (!comparison.programs.empty() || !comparison.localisation) text += repair_text(comparison);
  if (comparison.localisation)
    text += (text.empty() ? "" : "\n") + to_text(*comparison.localisation);
  if (!comparison.shard.empty())
    text += fmt::format(
        "\nshard {}: other cells are \"-\"; join the stores with `store merge` and run the command "
        "without --shard\n",
        comparison.shard);
  for (const std::string& sentence : hidden_faults(comparison)) text += "note: " + sentence + "\n";
  text += column_notes(comparison);
  for (const std::string& note : comparison.notes) text += "note: " + note + "\n";
  if (comparison.interrupted) text += "interrupted: run the command again to go on\n";
  return text + fmt::format("\nCost: {}, {} trainings\n", duration_words(comparison.seconds),
                            comparison.trainings);
}

std::string to_csv(const Comparison& comparison) {
  std::string text =
      "program,column,repetition,outcome,value,config,label,repair_rate,negative_flip_rate\n";
  for (const ProgramComparison& program : comparison.programs)
    for (const ColumnResult& result : program.columns)
      for (std::size_t i = 0; i < result.runs.size(); ++i) {
        const RunOutcome& run = result.runs[i];
        text += fmt::format(
            "{},{},{},{},{},{},{},{},{}\n", csv_text(program.name), csv_text(result.column.name), i,
            run.outcome, csv_number(run.value), csv_text(nlohmann::json(run.config).dump()),
            run.label, csv_number(mended_share(run.flips)), csv_number(broken_share(run.flips)));
      }
  return text;
}

std::string to_latex(const Comparison& comparison) {
  std::string text = "\\begin{tabular}{l" + std::string(2 + comparison.columns.size(), 'r') +
                     "}\n\\toprule\nprogram & faulty & fixed";
  for (const Column& column : comparison.columns) text += " & " + escaped_latex(column.name);
  text += " \\\\\n\\midrule\n";
  for (const ProgramComparison& program : comparison.programs) {
    text += fmt::format("{} & {} & {}", escaped_latex(program.name), mean_words(program.faulty),
                        mean_words(program.fix));
    for (const Column& column : comparison.columns)
      text += " & " + latex_cell(judged_column(program, column));
    text += " \\\\\n";
  }
  return text + "\\bottomrule\n\\end{tabular}\n";
}

}  // namespace dlfix::agent
