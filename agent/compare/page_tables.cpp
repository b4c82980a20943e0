#include "agent/compare/page_tables.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "agent/compare/markup.h"
#include "agent/compare/summary.h"
#include "agent/output/figures.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

constexpr std::size_t kShownConfigs = 12;

HtmlCell mean_cell(const std::vector<double>& values) {
  return values.empty() ? absent_cell() : number_cell(eval::mean(values));
}

HtmlCell program_cell(const ProgramComparison& program, const Comparison& comparison) {
  return {fmt::format("<a href=\"#{}\">{}</a>", program_anchor(program, comparison),
                      escaped_markup(program.name))};
}

HtmlCell share_cell(int count, int of) {
  return {fmt::format("{} of {}", count, of), of == 0 ? 0.0 : static_cast<double>(count) / of};
}

std::string rate_text(const std::optional<double>& rate) {
  return rate ? fmt::format("{:.2f}", *rate) : "–";
}

HtmlCell score_cell(const ColumnResult* result) {
  if (result == nullptr) return absent_cell();
  const eval::CaseScores& scores = result->judged.scores;
  HtmlCell cell = number_cell(scores.mean);
  cell.html = fmt::format("{:.3f} <small>± {:.3f}<br>IR {}</small>", scores.mean, scores.sigma,
                          rate_text(scores.rate));
  cell.strong = scores.significant;
  cell.title = fmt::format("p {}, {} of {} runs with a patch, unclamped mean {}",
                           scores.wilcoxon_p ? figure(*scores.wilcoxon_p) : "-", scores.with_patch,
                           scores.runs, figure(scores.unclamped_mean));
  return cell;
}

std::vector<HtmlHead> with_techniques(std::vector<HtmlHead> heads, const Comparison& comparison) {
  for (std::size_t i = 0; i < comparison.columns.size(); ++i)
    heads.push_back({comparison.columns[i].name, static_cast<int>(i)});
  return heads;
}

HtmlRow summary_row(const Comparison& comparison, std::size_t index) {
  const ColumnSummary summary = summarise_column(comparison, comparison.columns[index]);
  const bool rates = !summary.rates.empty();
  return {
      "",
      static_cast<int>(index),
      {text_cell(comparison.columns[index].name), share_cell(summary.significant, summary.programs),
       rates ? number_cell(eval::mean(summary.rates)) : absent_cell(),
       rates ? number_cell(eval::median(summary.rates)) : absent_cell(),
       number_cell(summary.stability), share_cell(summary.with_patch, summary.runs),
       mean_cell(summary.complexities), mean_cell(summary.jaccards),
       mean_cell(summary.jaccards_after), mean_cell(summary.mended), mean_cell(summary.broken)}};
}

HtmlRow score_row(const ProgramComparison& program, const Column& column, int index) {
  HtmlRow row{"", index, {text_cell(column.name)}};
  const ColumnResult* result = judged_column(program, column);
  if (result == nullptr) {
    for (int i = 0; i < 13; ++i) row.cells.push_back(absent_cell());
    return row;
  }
  const ColumnScores& judged = result->judged;
  const eval::CaseScores& scores = judged.scores;
  HtmlCell mean = number_cell(scores.mean);
  mean.strong = scores.significant;
  for (HtmlCell& cell : std::vector<HtmlCell>{
           mean, number_cell(scores.sigma), number_cell(scores.unclamped_mean),
           share_cell(scores.with_patch, scores.runs), number_cell(scores.rate),
           number_cell(scores.wilcoxon_p), number_cell(scores.mann_whitney_p),
           number_cell(scores.a12), number_cell(judged.complexity), number_cell(judged.jaccard),
           number_cell(judged.jaccard_after), number_cell(mended_share(judged.flips)),
           number_cell(broken_share(judged.flips))})
    row.cells.push_back(std::move(cell));
  return row;
}

/// Distinct configs of a column's runs with how often each came.
std::vector<ConfigOutcome> distinct_configs(const ColumnResult& result) {
  if (!result.configs.empty()) return result.configs;
  std::vector<ConfigOutcome> configs;
  for (const RunOutcome& run : result.runs) {
    if (run.config.empty()) continue;
    const auto known = std::ranges::find(configs, run.config, &ConfigOutcome::config);
    ConfigOutcome& config =
        known == configs.end() ? configs.emplace_back(ConfigOutcome{run.config, 0, {}}) : *known;
    ++config.runs;
    config.values.push_back(run.value);
  }
  std::ranges::stable_sort(configs, std::ranges::greater{}, &ConfigOutcome::runs);
  return configs;
}

std::string config_text_of(const mapping::Config& config) {
  std::string text;
  for (const auto& [name, value] : config)
    text += (text.empty() ? "" : ", ") + name + "=" + value_words(value);
  return text.empty() ? "no change" : text;
}

HtmlRow neutrality_row(const ProgramComparison& program, const Comparison& comparison) {
  const eval::NeutralityResult& result = *program.neutrality;
  const auto alternatives = eval::alternatives_of(result);
  int better = 0, confirmed = 0, refuted = 0;
  for (const auto* node : alternatives) {
    better += eval::kind_of_node(*node, result.fix.values, result.higher_is_better) ==
                      eval::NodeKind::kBetter
                  ? 1
                  : 0;
    const auto state = eval::is_confirmed(result, node->id);
    confirmed += state == true ? 1 : 0;
    refuted += state == false ? 1 : 0;
  }
  const auto count = [](std::size_t number) { return count_cell(static_cast<long>(number)); };
  return {
      program.name,
      -1,
      {program_cell(program, comparison), text_cell(data_words(program)),
       count_cell(result.graph.generated), count(result.graph.nodes.size()),
       count(alternatives.size()), confirmed + refuted > 0 ? count_cell(confirmed) : absent_cell(),
       count_cell(better), number_cell(eval::mean_improvement(result)),
       number_cell(eval::mean_complexity(result)), text_cell(result.stopped_because)}};
}

}  // namespace

std::string program_anchor(const ProgramComparison& program, const Comparison& comparison) {
  return fmt::format("program-{}", &program - comparison.programs.data());
}

std::string summary_section(const Comparison& comparison) {
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < comparison.columns.size(); ++i)
    rows.push_back(summary_row(comparison, i));
  return "<h2 id=\"summary\">Techniques over all programs</h2>\n" +
         html_table(
             "Techniques over all programs",
             {{"technique"},
              {"significant", -1, "programs with Wilcoxon p < 0.05 and IR above zero"},
              {"mean IR"},
              {"median IR"},
              {"stability", -1, "mean deviation over significant programs (RQ5)"},
              {"runs with a patch"},
              {"complexity", -1, "share of changed hyperparameters, mean over programs"},
              {"AJ", -1, "asymmetric Jaccard against the known fix"},
              {"AJ, all ground truths", -1, "against the closest ground truth of each patch"},
              {"rows mended", -1, "of those that the program gets wrong, share that is right now"},
              {"rows broken", -1, "share of all rows that were right and are wrong now"}},
             rows);
}

std::string means_section(const Comparison& comparison) {
  std::vector<HtmlRow> rows;
  for (const ProgramComparison& program : comparison.programs) {
    HtmlRow row{program.name,
                -1,
                {program_cell(program, comparison), text_cell(data_words(program)),
                 text_cell(program.metric), mean_cell(program.faulty), mean_cell(program.fix)}};
    for (const Column& column : comparison.columns)
      row.cells.push_back(score_cell(judged_column(program, column)));
    rows.push_back(std::move(row));
  }
  return "<h2 id=\"means\">Programs and techniques</h2>\n" +
         html_table("Mean, deviation and improvement rate on hold-out rows",
                    with_techniques({{"program"},
                                     {"data", -1, "how near the data are to the study's"},
                                     {"metric"},
                                     {"faulty"},
                                     {"fixed"}},
                                    comparison),
                    rows);
}

std::string budgets_section(const Comparison& comparison) {
  if (comparison.cuts.empty()) return "";
  std::vector<double> budgets = comparison.cuts;
  budgets.push_back(comparison.budget_amount);
  std::vector<HtmlHead> heads = {{"technique"}};
  for (const double budget : budgets) heads.push_back({fmt::format("budget {:g}", budget)});
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    const Column& column = comparison.columns[i];
    if (column.technique == "llm") continue;
    HtmlRow row{"", static_cast<int>(i), {text_cell(column.name)}};
    for (const double budget : budgets) {
      const BudgetCount count = significant_within(comparison, column, budget);
      row.cells.push_back(share_cell(count.significant, count.programs));
    }
    rows.push_back(std::move(row));
  }
  return "<h2 id=\"budgets\">Significant improvements by budget</h2>\n<p>Programs that improve "
         "significantly had each search been cut off there (RQ6).</p>\n" +
         html_table("Significant improvements by budget", heads, rows);
}

std::string neutrality_section(const Comparison& comparison) {
  std::vector<HtmlRow> rows;
  for (const ProgramComparison& program : comparison.programs)
    if (program.neutrality) rows.push_back(neutrality_row(program, comparison));
  if (rows.empty()) return "";
  return "<h2 id=\"neutrality\">Alternative ground truths</h2>\n" +
         html_table("Neutrality analyses",
                    {{"program"},
                     {"data"},
                     {"settings", -1, "settings that were trained"},
                     {"nodes"},
                     {"alternatives", -1, "at least as good as the known fix"},
                     {"confirmed", -1, "on rows that the analysis had not seen"},
                     {"better", -1, "significantly better than the known fix"},
                     {"improvement", -1, "mean over the alternatives"},
                     {"complexity", -1, "hyperparameters that differ from the fix, mean"},
                     {"ended by"}},
                    rows);
}

std::string outcomes_section(const Comparison& comparison) {
  std::map<std::string, int> all;
  for (const ProgramComparison& program : comparison.programs)
    for (const ColumnResult& result : program.columns)
      for (const RunOutcome& run : result.runs) ++all[run.outcome];
  if (all.empty()) return "";
  std::vector<HtmlHead> heads = {{"technique"}};
  for (const auto& [outcome, count] : all) heads.push_back({outcome});
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    std::map<std::string, long> counts;
    for (const ProgramComparison& program : comparison.programs)
      for (const ColumnResult& result : program.columns)
        if (result.column == comparison.columns[i])
          for (const RunOutcome& run : result.runs) ++counts[run.outcome];
    HtmlRow row{"", static_cast<int>(i), {text_cell(comparison.columns[i].name)}};
    for (const auto& [outcome, count] : all) row.cells.push_back(count_cell(counts[outcome]));
    rows.push_back(std::move(row));
  }
  return "<h2 id=\"outcomes\">What became of the runs</h2>\n" +
         html_table("What became of the runs", heads, rows);
}

std::string program_scores(const ProgramComparison& program, const Comparison& comparison) {
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < comparison.columns.size(); ++i)
    rows.push_back(score_row(program, comparison.columns[i], static_cast<int>(i)));
  return html_table("Scores on " + program.name,
                    {{"technique"},
                     {"mean", -1, "a run without a better patch counts as the faulty mean"},
                     {"σ"},
                     {"unclamped", -1, "mean of the values as they are"},
                     {"with patch"},
                     {"IR"},
                     {"Wilcoxon p"},
                     {"Mann-Whitney p"},
                     {"A12"},
                     {"complexity"},
                     {"AJ"},
                     {"AJ, all"},
                     {"mended"},
                     {"broken"}},
                    rows);
}

std::string program_configs(const ProgramComparison& program, const Comparison& comparison) {
  std::vector<HtmlRow> rows;
  for (const ColumnResult& result : program.columns) {
    const auto place = std::ranges::find(comparison.columns, result.column);
    const auto index = static_cast<int>(place - comparison.columns.begin());
    const auto configs = distinct_configs(result);
    for (std::size_t i = 0; i < std::min(configs.size(), kShownConfigs); ++i) {
      const ConfigOutcome& config = configs[i];
      rows.push_back({"",
                      index,
                      {text_cell(result.column.name), count_cell(config.runs),
                       mean_cell(config.values), text_cell(config_text_of(config.config))}});
    }
  }
  if (rows.empty()) return "";
  return "<details><summary>Patches of " + escaped_markup(program.name) + "</summary>" +
         html_table("Patches of " + program.name, {{"technique"}, {"runs"}, {"mean"}, {"changes"}},
                    rows) +
         "</details>\n";
}

}  // namespace dlfix::agent
