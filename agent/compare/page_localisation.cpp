// The page's part about localisation.
#include <fmt/format.h>

#include "agent/compare/localisation.h"
#include "agent/compare/markup.h"
#include "agent/compare/plots.h"
#include "agent/output/figures.h"

namespace dlfix::agent {
namespace {

HtmlCell f3_cell(const LocalisedProgram& program, const std::string& column) {
  const LocalisedColumn* found = localised_column(program, column);
  if (found == nullptr) return absent_cell();
  const TruthScores& scores = found->scores;
  HtmlCell cell = number_cell(scores.before.f3);
  cell.html = fmt::format("{:.2f}", scores.before.f3);
  if (program.alternatives > 0)
    cell.html += fmt::format(" <small>({:.2f})</small>", scores.after.f3);
  cell.html += fmt::format("<br><small>R {:.2f} P {:.2f}</small>", scores.before.recall,
                           scores.before.precision);
  cell.title = fmt::format("{} replies; against all ground truths: recall {:.2f}, precision {:.2f}",
                           scores.replies.size(), scores.after.recall, scores.after.precision);
  return cell;
}

std::vector<HtmlRow> localisation_means(const Localisation& localisation) {
  std::vector<HtmlRow> rows;
  for (std::size_t i = 0; i < localisation.columns.size(); ++i) {
    const std::string& column = localisation.columns[i];
    const LocalisationSummary summary = summarise_localisation(localisation, column);
    if (summary.programs == 0) continue;
    rows.push_back(
        {"",
         localisation.techniques[i],
         {text_cell(column), count_cell(summary.programs), number_cell(summary.before.recall),
          number_cell(summary.before.precision), number_cell(summary.before.f3),
          number_cell(summary.after.recall), number_cell(summary.after.precision),
          number_cell(summary.after.f3), number_cell(summary.stability.f3_sd),
          number_cell(summary.stability.mean_answers),
          number_cell(summary.stability.extracted_share),
          std::isfinite(summary.seconds) ? number_cell(summary.seconds) : absent_cell()}});
  }
  return rows;
}

std::vector<PlotRow> f3_rows(const Localisation& localisation) {
  std::vector<PlotRow> rows;
  for (std::size_t i = 0; i < localisation.columns.size(); ++i) {
    PlotRow row{localisation.columns[i], localisation.techniques[i], {}};
    for (const LocalisedProgram& program : localisation.programs)
      if (const auto* found = localised_column(program, localisation.columns[i]))
        row.values.push_back(
            {found->scores.before.f3,
             fmt::format("{}: {}", program.name, figure(found->scores.before.f3))});
    rows.push_back(std::move(row));
  }
  return rows;
}

/// Figure 2: how long localisers take and how well they do, a point a localiser.
std::string speed_figure(const Localisation& localisation) {
  std::vector<PlotLine> points;
  for (std::size_t i = 0; i < localisation.columns.size(); ++i) {
    const LocalisationSummary summary =
        summarise_localisation(localisation, localisation.columns[i]);
    if (!std::isfinite(summary.seconds)) continue;
    const int technique = localisation.techniques[i];
    points.push_back({localisation.columns[i],
                      technique_colour(technique),
                      technique,
                      false,
                      false,
                      {{summary.seconds, summary.after.f3}}});
  }
  if (points.empty()) return "";
  return "<figure><figcaption>F3 against all ground truths over the seconds that a tool takes, "
         "means "
         "over the programs (Figure 2)</figcaption>" +
         line_chart({"F3 over seconds", "seconds", "F3", {0}}, points) + "</figure>\n";
}

}  // namespace

std::string localisation_section(const Localisation& localisation) {
  if (localisation.programs.empty()) return "";
  std::vector<HtmlHead> heads = {{"program"}, {"data"}, {"known faults"}};
  for (std::size_t i = 0; i < localisation.columns.size(); ++i)
    heads.push_back({localisation.columns[i], localisation.techniques[i]});
  std::vector<HtmlRow> rows;
  for (const LocalisedProgram& program : localisation.programs) {
    HtmlRow row{
        program.name,
        -1,
        {text_cell(program.name), text_cell(program.data_kind.empty() ? "own" : program.data_kind),
         text_cell(program.faults)}};
    for (const std::string& column : localisation.columns)
      row.cells.push_back(f3_cell(program, column));
    row.words = program.data_kind;
    rows.push_back(std::move(row));
  }
  const std::string boxes =
      box_plot({"F3 over the programs", "F3", "", {0, 1}}, f3_rows(localisation), {});
  return "<h2 id=\"localisation\">Localisation</h2>\n<p>F3 against the known faults, mean of the "
         "replies; in brackets against the best of all ground truths of a program, where an "
         "analysis found others.</p>\n" +
         html_table("F3 of localisation", heads, rows) +
         html_table("Localisation over all programs",
                    {{"model or tool"},
                     {"programs"},
                     {"recall"},
                     {"precision"},
                     {"F3"},
                     {"recall, all", -1, "against all ground truths"},
                     {"precision, all", -1, "against all ground truths"},
                     {"F3, all", -1, "against all ground truths"},
                     {"F3 deviates by", -1, "over the replies to a prompt (RQ2)"},
                     {"answers"},
                     {"share that names a fault"},
                     {"seconds", -1, "of a tool: reading, looking and training (Table 8)"}},
                    localisation_means(localisation)) +
         (boxes.empty() ? ""
                        : "<figure><figcaption>F3 over the programs, a value a program"
                          "</figcaption>" +
                              boxes + "</figure>\n") +
         speed_figure(localisation);
}

}  // namespace dlfix::agent
