#include "agent/compare/comparison_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "agent/compare/page_parts.h"
#include "agent/output/figures.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

constexpr double kWidth = 420, kRow = 26, kLeft = 150, kAxis = 22;

std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  }
  return safe;
}

/// Numbers between low and high along a plot.
struct Scale {
  double low = 0, high = 1;
  double place(double value) const {
    const double share = high > low ? (value - low) / (high - low) : 0.5;
    return kLeft + std::clamp(share, 0.0, 1.0) * (kWidth - kLeft - 10);
  }
};

Scale scale_of(const std::vector<double>& values) {
  Scale scale{HUGE_VAL, -HUGE_VAL};
  for (const double value : values) {
    if (!std::isfinite(value)) continue;
    scale.low = std::min(scale.low, value);
    scale.high = std::max(scale.high, value);
  }
  if (scale.low > scale.high) return {};
  const double margin = std::max(0.05 * (scale.high - scale.low), 1e-6);
  return {scale.low - margin, scale.high + margin};
}

std::string svg(const std::string& body, std::size_t rows, const std::string& label) {
  const double height = static_cast<double>(rows) * kRow + kAxis;
  return fmt::format(
      R"(<svg viewBox="0 0 {0:.0f} {1:.0f}" width="{0:.0f}" height="{1:.0f}" role="img" aria-label="{2}">{3}</svg>)",
      kWidth, height, escaped(label), body);
}

std::string axis(const Scale& scale, std::size_t rows) {
  const double y = static_cast<double>(rows) * kRow;
  return fmt::format(
      R"(<path d="M{:.1f} {:.1f}H{:.1f}" stroke="currentColor" opacity=".4"/>)"
      R"(<text x="{:.1f}" y="{:.1f}">{}</text><text x="{:.1f}" y="{:.1f}" text-anchor="end">{}</text>)",
      kLeft, y, kWidth, kLeft, y + 15, figure(scale.low), kWidth - 2, y + 15, figure(scale.high));
}

std::string row_label(const std::string& name, double y) {
  const std::string shown = name.size() > 24 ? name.substr(0, 23) + "…" : name;
  return fmt::format(R"(<text x="0" y="{:.1f}">{}<title>{}</title></text>)", y + 4, escaped(shown),
                     escaped(name));
}

/// Quartiles as a box, the median as a line, the extremes as whiskers.
std::string box(const std::vector<double>& values, const Scale& scale, double y) {
  std::vector<double> sorted = values;
  std::ranges::sort(sorted);
  const auto at = [&](double share) {
    const double place = share * static_cast<double>(sorted.size() - 1);
    const auto below = static_cast<std::size_t>(std::floor(place));
    const auto above = std::min(below + 1, sorted.size() - 1);
    return sorted[below] + (place - std::floor(place)) * (sorted[above] - sorted[below]);
  };
  const auto x = [&](double share) { return scale.place(at(share)); };
  return fmt::format(
      R"svg(<g stroke="var(--mark)" fill="none"><path d="M{0:.1f} {5:.1f}H{1:.1f}M{3:.1f} {5:.1f}H{4:.1f}"/>)svg"
      R"(<rect x="{1:.1f}" y="{6:.1f}" width="{7:.1f}" height="14"/>)"
      R"(<path stroke-width="2" d="M{2:.1f} {6:.1f}v14"/><title>median {8}, {9} programs</title></g>)",
      x(0), x(0.25), x(0.5), x(0.75), x(1), y, y - 7, std::max(1.0, x(0.75) - x(0.25)),
      figure(at(0.5)), values.size());
}

std::string rates_plot(const Comparison& comparison) {
  std::map<std::string, std::vector<double>> rates;
  std::vector<double> all;
  for (const Column& column : comparison.columns)
    for (const ProgramComparison& program : comparison.programs)
      if (const auto* result = judged_column(program, column); result && result->judged.scores.rate) {
        rates[column.name].push_back(*result->judged.scores.rate);
        all.push_back(*result->judged.scores.rate);
      }
  if (all.empty()) return "";
  const Scale scale = scale_of(all);
  std::string body = axis(scale, comparison.columns.size());
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    const double y = (static_cast<double>(i) + 0.5) * kRow;
    const std::string& name = comparison.columns[i].name;
    body += row_label(name, y);
    if (rates.count(name) != 0) body += box(rates[name], scale, y);
  }
  return "<h2>Improvement rates over the programs</h2>\n<figure>" +
         svg(body, comparison.columns.size(), "improvement rates") + "</figure>\n";
}

std::string line_at(double value, const Scale& scale, std::size_t rows, const char* colour,
                    const char* name) {
  if (!std::isfinite(value)) return "";
  return fmt::format(
      R"(<path d="M{:.1f} 0V{:.1f}" stroke="{}" stroke-dasharray="4 3"><title>{} {}</title></path>)",
      scale.place(value), static_cast<double>(rows) * kRow, colour, name, figure(value));
}

/// Every run of every column of a program, beside the faulty and the fixed mean.
std::string runs_plot(const ProgramComparison& program) {
  std::vector<double> all = program.faulty;
  all.insert(all.end(), program.fix.begin(), program.fix.end());
  for (const ColumnResult& result : program.columns)
    for (const RunOutcome& run : result.runs) all.push_back(run.value);
  const Scale scale = scale_of(all);
  const std::size_t rows = program.columns.size();
  std::string body = axis(scale, rows);
  if (!program.faulty.empty())
    body += line_at(eval::mean(program.faulty), scale, rows, "var(--bad)", "faulty");
  if (!program.fix.empty())
    body += line_at(eval::mean(program.fix), scale, rows, "var(--fix)", "fixed");
  for (std::size_t i = 0; i < rows; ++i) {
    const double y = (static_cast<double>(i) + 0.5) * kRow;
    body += row_label(program.columns[i].column.name, y);
    for (const RunOutcome& run : program.columns[i].runs)
      if (std::isfinite(run.value))
        body += fmt::format(
            R"svg(<circle cx="{:.1f}" cy="{:.1f}" r="4" fill="var(--mark)" fill-opacity=".5"><title>{} {}</title></circle>)svg",
            scale.place(run.value), y, figure(run.value),
            escaped(nlohmann::json(run.config).dump()));
  }
  return fmt::format(
      "<figure data-program=\"{0}\"><figcaption>{0}: {1}{2}</figcaption>{3}</figure>\n",
      escaped(program.name), escaped(program.metric),
      program.data_kind.empty() ? "" : ", " + escaped(program.data_kind) + " data",
      svg(body, rows, "runs of " + program.name));
}

std::string head(const std::vector<std::string>& names) {
  std::string text = "<thead><tr>";
  for (const auto& name : names)
    text += fmt::format("<th scope=\"col\"><button>{}</button></th>", escaped(name));
  return text + "</tr></thead>";
}

std::string mean_cell(const std::vector<double>& values) {
  if (values.empty()) return "<td>–</td>";
  return fmt::format("<td data-value=\"{0}\">{1:.3f}</td>", eval::mean(values), eval::mean(values));
}

std::string score_cell(const ColumnResult* result) {
  if (result == nullptr) return "<td>–</td>";
  const eval::CaseScores& scores = result->judged.scores;
  return fmt::format(
      "<td data-value=\"{0}\"{1} title=\"p {2}, {3} of {4} runs with a patch, unclamped mean "
      "{5}\">{6:.3f} ± {7:.3f}<br><span class=\"quiet\">IR {8}</span></td>",
      scores.mean, scores.significant ? " class=\"best\"" : "",
      scores.wilcoxon_p ? figure(*scores.wilcoxon_p) : "-", scores.with_patch, scores.runs,
      figure(scores.unclamped_mean), scores.mean, scores.sigma,
      scores.rate ? fmt::format("{:.2f}", *scores.rate) : "-");
}

std::string html_table(const Comparison& comparison) {
  std::vector<std::string> names = {"program", "data", "metric", "faulty", "fixed"};
  for (const Column& column : comparison.columns) names.push_back(column.name);
  std::string text = "<div class=\"scroll\"><table class=\"sortable\">" + head(names) + "<tbody>\n";
  for (const ProgramComparison& program : comparison.programs) {
    text += fmt::format("<tr data-program=\"{0}\"><td>{0}</td><td>{1}</td><td>{2}</td>",
                        escaped(program.name),
                        program.data_kind.empty() ? "own" : escaped(program.data_kind),
                        escaped(program.metric)) +
            mean_cell(program.faulty) + mean_cell(program.fix);
    for (const Column& column : comparison.columns) text += score_cell(judged_column(program, column));
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

std::string outcomes_table(const Comparison& comparison) {
  std::string text = "<h2>What became of the runs</h2>\n<div class=\"scroll\"><table class=\"sortable\">" +
                     head({"program", "technique", "outcome", "runs"}) + "<tbody>\n";
  for (const ProgramComparison& program : comparison.programs)
    for (const ColumnResult& result : program.columns) {
      std::map<std::string, int> counts;
      for (const RunOutcome& run : result.runs) ++counts[run.outcome];
      for (const auto& [outcome, count] : counts)
        text += fmt::format(
            "<tr data-program=\"{0}\"><td>{0}</td><td>{1}</td><td>{2}</td><td>{3}</td></tr>\n",
            escaped(program.name), escaped(result.column.name), escaped(outcome), count);
    }
  return text + "</tbody></table></div>\n";
}

std::string notes_list(const Comparison& comparison) {
  std::string text;
  for (const auto& note : comparison.notes) text += "<li>" + escaped(note) + "</li>";
  for (const ProgramComparison& program : comparison.programs)
    for (const ColumnResult& result : program.columns)
      for (const auto& note : result.notes)
        text += fmt::format("<li>{}, {}: {}</li>", escaped(program.name),
                            escaped(result.column.name), escaped(note));
  return text.empty() ? "" : "<h2>Notes</h2>\n<ul>" + text + "</ul>\n";
}

}  // namespace

std::string to_html(const Comparison& comparison) {
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width\"><title>dlfix-agent compare</title>"
      "<style>" +
      std::string(kPageStyle) + "</style></head>\n<body><h1>Repair techniques compared</h1>\n";
  page += fmt::format(
      "<p>{} repetitions, budget {}, scores {}, trained on {}{}. Values are of hold-out rows that no "
      "search saw: mean ± deviation of the runs; a run without a better patch counts as the faulty "
      "mean. Bold: significant (Wilcoxon p &lt; 0.05, IR above zero).</p>\n"
      "<p><label>Programs: <input id=\"filter\" type=\"search\" placeholder=\"filter\"></label></p>\n",
      comparison.repetitions, escaped(comparison.budget), to_string(comparison.scores),
      escaped(comparison.device),
      comparison.shard.empty() ? "" : ", shard " + escaped(comparison.shard) + " alone");
  page += html_table(comparison) + rates_plot(comparison) + "<h2>Every run</h2>\n";
  for (const ProgramComparison& program : comparison.programs) page += runs_plot(program);
  return page + outcomes_table(comparison) + notes_list(comparison) + "<script>" +
         std::string(kPageScript) + "</script></body></html>\n";
}

}  // namespace dlfix::agent
