// A comparison as JSON, text, CSV and LaTeX.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "agent/compare/comparison.h"
#include "agent/output/figures.h"
#include "agent/output/progress.h"
#include "agent/output/terminal.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

using nlohmann::ordered_json;

ordered_json number(double value) {
  return std::isfinite(value) ? ordered_json(value) : ordered_json();
}

ordered_json number(const std::optional<double>& value) {
  return value ? number(*value) : ordered_json();
}

ordered_json numbers(const std::vector<double>& values) {
  ordered_json list = ordered_json::array();
  for (const double value : values) list.push_back(number(value));
  return list;
}

ordered_json arm_json(const std::vector<double>& values) {
  if (values.empty()) return nullptr;
  return {{"mean", number(eval::mean(values))}, {"values", numbers(values)}};
}

ordered_json run_json(const RunOutcome& run) {
  return {{"outcome", run.outcome},
          {"value", number(run.value)},
          {"config", run.config},
          {"settings", run.settings}};
}

ordered_json config_json(const ConfigOutcome& config) {
  return {{"config", config.config},
          {"runs", config.runs},
          {"mean", config.values.empty() ? ordered_json() : number(eval::mean(config.values))},
          {"values", numbers(config.values)}};
}

std::map<std::string, int> outcomes_of(const ColumnResult& result) {
  std::map<std::string, int> outcomes;
  for (const RunOutcome& run : result.runs) ++outcomes[run.outcome];
  return outcomes;
}

ordered_json column_json(const ColumnResult& result) {
  const eval::CaseScores& scores = result.judged.scores;
  ordered_json runs = ordered_json::array(), configs = ordered_json::array();
  for (const RunOutcome& run : result.runs) runs.push_back(run_json(run));
  for (const ConfigOutcome& config : result.configs) configs.push_back(config_json(config));
  return {{"technique", result.column.technique},
          {"runs", std::move(runs)},
          {"outcomes", outcomes_of(result)},
          {"judged", scores.runs > 0},
          {"mean", number(scores.mean)},
          {"sigma", number(scores.sigma)},
          {"unclamped_mean", number(scores.unclamped_mean)},
          {"with_patch", scores.with_patch},
          {"ir", number(scores.rate)},
          {"wilcoxon_p", number(scores.wilcoxon_p)},
          {"mann_whitney_p", number(scores.mann_whitney_p)},
          {"a12", number(scores.a12)},
          {"effect_size", number(scores.cohens_d)},
          {"significant", scores.significant},
          {"complexity", number(result.judged.complexity)},
          {"aj", number(result.judged.jaccard)},
          {"configs", std::move(configs)},
          {"notes", result.notes}};
}

ordered_json program_json(const ProgramComparison& program) {
  ordered_json columns = ordered_json::object();
  for (const ColumnResult& result : program.columns)
    columns[result.column.name] = column_json(result);
  return {{"program", program.program},
          {"data", program.data_kind},
          {"metric", program.metric},
          {"higher_is_better", program.higher_is_better},
          {"n_hold_out", program.hold_out_rows},
          {"faulty", arm_json(program.faulty)},
          {"ground_truth", arm_json(program.fix)},
          {"columns", std::move(columns)}};
}

/// A column over all programs.
struct Summary {
  int programs = 0;
  int significant = 0;
  std::vector<double> rates;
  double stability = std::nan("");
};

Summary summarise(const Comparison& comparison, const Column& column) {
  Summary summary;
  std::vector<eval::CaseScores> cases;
  for (const ProgramComparison& program : comparison.programs) {
    const ColumnResult* result = judged_column(program, column);
    if (result == nullptr) continue;
    const eval::CaseScores& scores = result->judged.scores;
    ++summary.programs;
    summary.significant += scores.significant ? 1 : 0;
    if (scores.rate) summary.rates.push_back(*scores.rate);
    cases.push_back(scores);
  }
  if (!cases.empty()) summary.stability = eval::stability_of(cases);
  return summary;
}

ordered_json summary_json(const Summary& summary) {
  const bool rates = !summary.rates.empty();
  return {{"programs", summary.programs},
          {"significant", summary.significant},
          {"mean_ir", rates ? number(eval::mean(summary.rates)) : ordered_json()},
          {"median_ir", rates ? number(eval::median(summary.rates)) : ordered_json()},
          {"stability", number(summary.stability)}};
}

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
    std::vector<std::string> row = {program.name, program.data_kind.empty() ? "own" : program.data_kind,
                                    program.metric, mean_words(program.faulty),
                                    mean_words(program.fix)};
    for (const Column& column : comparison.columns)
      row.push_back(cell_words(judged_column(program, column)));
    rows.push_back(std::move(row));
  }
  return table(rows, "  ");
}

std::string summary_table(const Comparison& comparison) {
  std::vector<std::vector<std::string>> rows = {
      {"technique", "significant", "mean IR", "median IR", "stability"}};
  for (const Column& column : comparison.columns) {
    const Summary summary = summarise(comparison, column);
    const bool rates = !summary.rates.empty();
    rows.push_back({column.name, fmt::format("{} of {}", summary.significant, summary.programs),
                    rates ? fmt::format("{:.2f}", eval::mean(summary.rates)) : "-",
                    rates ? fmt::format("{:.2f}", eval::median(summary.rates)) : "-",
                    std::isfinite(summary.stability) ? figure(summary.stability) : "-"});
  }
  return table(rows, "  ");
}

std::string csv_text(const std::string& text) {
  std::string safe = "\"";
  for (const char c : text) safe += c == '"' ? std::string("\"\"") : std::string(1, c);
  return safe + "\"";
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

ordered_json to_json(const Comparison& comparison) {
  ordered_json columns = ordered_json::array(), programs = ordered_json::object(),
               summary = ordered_json::object();
  for (const Column& column : comparison.columns) {
    columns.push_back(column.name);
    summary[column.name] = summary_json(summarise(comparison, column));
  }
  for (const ProgramComparison& program : comparison.programs)
    programs[program.name] = program_json(program);
  return {{"document", "comparison"},
          {"version", 1},
          {"scores", to_string(comparison.scores)},
          {"repetitions", comparison.repetitions},
          {"budget", comparison.budget},
          {"device", comparison.device},
          {"shard", comparison.shard.empty() ? ordered_json() : ordered_json(comparison.shard)},
          {"interrupted", comparison.interrupted},
          {"columns", std::move(columns)},
          {"faults", std::move(programs)},
          {"summary", std::move(summary)},
          {"notes", comparison.notes},
          {"cost", {{"seconds", comparison.seconds}, {"trainings", comparison.trainings}}}};
}

std::string to_text(const Comparison& comparison) {
  std::string text = fmt::format(
      "Repair on hold-out rows, {} repetitions, budget {}, scores {}, trained on {}\n"
      "mean ± deviation of the runs (a run without a better patch counts as the faulty mean), IR; "
      "*: significant (Wilcoxon p < 0.05, IR > 0)\n\n",
      comparison.repetitions, comparison.budget, to_string(comparison.scores), comparison.device);
  text += means_table(comparison) + "\n" + summary_table(comparison);
  if (!comparison.shard.empty())
    text += fmt::format(
        "\nshard {}: other cells are \"-\"; join the stores with `store merge` and run the command "
        "without --shard\n",
        comparison.shard);
  for (const std::string& note : comparison.notes) text += "note: " + note + "\n";
  if (comparison.interrupted) text += "interrupted: run the command again to go on\n";
  return text + fmt::format("\nCost: {}, {} trainings\n", duration_words(comparison.seconds),
                            comparison.trainings);
}

std::string to_csv(const Comparison& comparison) {
  std::string text = "program,column,repetition,outcome,value,config\n";
  for (const ProgramComparison& program : comparison.programs)
    for (const ColumnResult& result : program.columns)
      for (std::size_t i = 0; i < result.runs.size(); ++i) {
        const RunOutcome& run = result.runs[i];
        text += fmt::format("{},{},{},{},{},{}\n", csv_text(program.name), csv_text(result.column.name),
                            i, run.outcome, std::isfinite(run.value) ? fmt::format("{}", run.value) : "",
                            csv_text(nlohmann::json(run.config).dump()));
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
