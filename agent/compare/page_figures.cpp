#include "agent/compare/page_figures.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>

#include "agent/compare/markup.h"
#include "agent/compare/page_tables.h"
#include "agent/compare/plots.h"
#include "agent/output/figures.h"
#include "eval/statistics/descriptive.h"
#include "eval/truths/graph_pictures.h"

namespace dlfix::agent {
namespace {

constexpr int kCurveSteps = 40;  ///< places along a budget where curves are read

std::string as_figure(const std::string& caption, const std::string& picture) {
  if (picture.empty()) return "";
  return fmt::format("<figure><figcaption>{}</figcaption>{}</figure>\n", escaped_markup(caption),
                     picture);
}

using ScoreOf = std::function<std::optional<double>(const ColumnScores&)>;

std::vector<PlotRow> rows_over_programs(const Comparison& comparison, const ScoreOf& score) {
  std::vector<PlotRow> rows;
  for (std::size_t i = 0; i < comparison.columns.size(); ++i) {
    PlotRow row{comparison.columns[i].name, static_cast<int>(i), {}};
    for (const ProgramComparison& program : comparison.programs)
      if (const auto* result = judged_column(program, comparison.columns[i]))
        if (const auto value = score(result->judged))
          row.values.push_back({*value, fmt::format("{}: {}", program.name, figure(*value))});
    rows.push_back(std::move(row));
  }
  return rows;
}

int technique_of(const Comparison& comparison, const Column& column) {
  return static_cast<int>(std::ranges::find(comparison.columns, column) -
                          comparison.columns.begin());
}

std::vector<PlotMark> arm_marks(const ProgramComparison& program) {
  std::vector<PlotMark> marks;
  if (!program.faulty.empty())
    marks.push_back({eval::mean(program.faulty), "faulty", "var(--bad)"});
  if (!program.fix.empty()) marks.push_back({eval::mean(program.fix), "fixed", "var(--good)"});
  return marks;
}

std::string runs_figure(const ProgramComparison& program, const Comparison& comparison) {
  std::vector<PlotRow> rows;
  for (const ColumnResult& result : program.columns) {
    PlotRow row{result.column.name, technique_of(comparison, result.column), {}};
    for (const RunOutcome& run : result.runs)
      row.values.push_back(
          {run.value, fmt::format("{} {}", figure(run.value), nlohmann::json(run.config).dump())});
    rows.push_back(std::move(row));
  }
  if (rows.empty()) return "";
  const std::string title = "Every run of " + program.name;
  return as_figure(
      title + "; lines: faulty (red) and fixed (green) mean",
      point_plot({title, program.metric + " on hold-out rows"}, rows, arm_marks(program)));
}

/// Value of a curve when so much was spent; the last one once the search had ended.
double value_at(const std::vector<CurvePoint>& curve, double cost) {
  double value = std::nan("");
  for (const CurvePoint& point : curve)
    if (point.cost <= cost) value = point.value;
  return value;
}

PlotLine budget_line(const ColumnResult& result, int technique, double budget) {
  PlotLine line{result.column.name, technique_colour(technique), technique, false, true, {}};
  double last = std::nan("");
  for (int step = 0; step <= kCurveSteps; ++step) {
    const double cost = budget * step / kCurveSteps;
    std::vector<double> values;
    for (const RunOutcome& run : result.runs)
      if (const double value = value_at(run.curve, cost); std::isfinite(value))
        values.push_back(value);
    if (values.empty()) continue;
    const double mean = eval::mean(values);
    // A flat stretch needs its two ends alone.
    if (mean == last && step != kCurveSteps) continue;
    line.points.emplace_back(cost, mean);
    last = mean;
  }
  return line;
}

std::string budget_figure(const ProgramComparison& program, const Comparison& comparison) {
  double budget = 0;
  for (const ColumnResult& result : program.columns)
    for (const RunOutcome& run : result.runs)
      if (!run.curve.empty()) budget = std::max(budget, run.curve.back().cost);
  if (budget <= 0) return "";
  std::vector<PlotLine> lines;
  for (const ColumnResult& result : program.columns)
    if (std::ranges::any_of(result.runs, [](const RunOutcome& run) { return !run.curve.empty(); }))
      lines.push_back(budget_line(result, technique_of(comparison, result.column), budget));
  const std::string title = "Best so far on " + program.name;
  return as_figure(title + ", mean of the searches on search rows",
                   line_chart({title, "budget spent", program.metric}, lines));
}

bool has_metric(const LearningCurve& curve) {
  return std::ranges::any_of(curve.metric, [](double value) { return std::isfinite(value); });
}

PlotLine learning_line(const std::string& name, const LearningCurve& curve, bool metric,
                       const std::string& colour, int technique) {
  PlotLine line{name, colour, technique, technique < 0, false, {}};
  for (std::size_t i = 0; i < curve.epochs.size(); ++i)
    line.points.emplace_back(static_cast<double>(curve.epochs[i]),
                             metric ? curve.metric[i] : curve.loss[i]);
  return line;
}

std::string learning_figure(const ProgramComparison& program, const Comparison& comparison) {
  struct Source {
    std::string name;
    const LearningCurve* curve;
    std::string colour;
    int technique;
  };
  std::vector<Source> sources;
  const auto add = [&](const std::string& name, const std::optional<LearningCurve>& curve,
                       const std::string& colour, int technique) {
    if (curve && !curve->epochs.empty()) sources.push_back({name, &*curve, colour, technique});
  };
  add("faulty", program.faulty_learning, "var(--bad)", -1);
  add("fixed", program.fix_learning, "var(--good)", -1);
  for (const ColumnResult& result : program.columns) {
    const int technique = technique_of(comparison, result.column);
    if (const RunOutcome* run = median_run(program, result))
      add(result.column.name, run->learning, technique_colour(technique), technique);
  }
  // Losses of different kinds do not compare: the metric is shown wherever a training has it.
  const bool metric =
      std::ranges::any_of(sources, [](const Source& source) { return has_metric(*source.curve); });
  std::vector<PlotLine> lines;
  for (const Source& source : sources)
    lines.push_back(
        learning_line(source.name, *source.curve, metric, source.colour, source.technique));
  const std::string title = "Training on " + program.name;
  return as_figure(
      title + ": first seed as written and fixed, the median run of each technique",
      line_chart({title, "epoch", (metric ? program.metric : "loss") + " on training rows"},
                 lines));
}

std::string graph_figure(const ProgramComparison& program) {
  if (!program.neutrality) return "";
  std::string svg = eval::to_svg(*program.neutrality);
  // Inside a page the picture needs no name space, and the page no addresses.
  const std::string space = R"( xmlns="http://www.w3.org/2000/svg")";
  if (const auto place = svg.find(space); place != std::string::npos)
    svg.erase(place, space.size());
  const std::string name = "Neutrality graph of " + program.name;
  return fmt::format(
      "<details class=\"wide\"><summary>{0}</summary><figure class=\"scroll\" role=\"region\" "
      "tabindex=\"0\" aria-label=\"{0}\"><figcaption>{0}: from the program as written (left) to "
      "settings at least as good as the known fix</figcaption>{1}</figure></details>\n",
      escaped_markup(name), svg);
}

}  // namespace

std::string boxes_section(const Comparison& comparison) {
  const auto rates =
      rows_over_programs(comparison, [](const ColumnScores& judged) { return judged.scores.rate; });
  const auto complexities =
      rows_over_programs(comparison, [](const ColumnScores& judged) { return judged.complexity; });
  const auto jaccards =
      rows_over_programs(comparison, [](const ColumnScores& judged) { return judged.jaccard; });
  const std::string figures =
      as_figure("Improvement rates, a value a program; lines: as faulty (0), as fixed (1)",
                box_plot({"Improvement rates over the programs", "improvement rate"}, rates,
                         {{0, "faulty", "var(--bad)"}, {1, "fixed", "var(--good)"}})) +
      as_figure(
          "Complexity of the patches, mean of each program",
          box_plot({"Complexity of the patches", "share of hyperparameters changed", "", {0, 1}},
                   complexities, {})) +
      as_figure(
          "Likeness to the known fix, mean of each program",
          box_plot({"Asymmetric Jaccard values", "asymmetric Jaccard", "", {0, 1}}, jaccards, {}));
  return figures.empty()
             ? ""
             : "<h2 id=\"figures\">Spread over the programs</h2>\n<p>Boxes are over all "
               "programs, whatever is filtered above.</p>\n" +
                   figures;
}

std::string program_figures(const ProgramComparison& program, const Comparison& comparison) {
  return runs_figure(program, comparison) + budget_figure(program, comparison) +
         learning_figure(program, comparison) + graph_figure(program);
}

}  // namespace dlfix::agent
