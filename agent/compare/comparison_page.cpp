#include "agent/compare/comparison_page.h"

#include <fmt/format.h>

#include "agent/compare/markup.h"
#include "agent/compare/page_figures.h"
#include "agent/compare/page_parts.h"
#include "agent/compare/page_tables.h"
#include "agent/compare/plots.h"

namespace dlfix::agent {
namespace {

std::string introduction(const Comparison& comparison) {
  return fmt::format(
      "<p>{} repetitions, budget {}, scores {}, trained on {}{}. Values are of hold-out rows that "
      "no "
      "search saw: mean ± deviation of the runs; a run without a better patch counts as the faulty "
      "mean. Bold: significant (Wilcoxon p &lt; 0.05, IR above zero). Data: exact, close, sample "
      "or "
      "stand-in as they are to the study's; own: of the program itself.</p>\n",
      comparison.repetitions, escaped_markup(comparison.budget), to_string(comparison.scores),
      escaped_markup(comparison.device.empty() ? "nothing yet" : comparison.device),
      comparison.shard.empty() ? "" : ", shard " + escaped_markup(comparison.shard) + " alone");
}

std::string filters(const Comparison& comparison) {
  std::string text =
      "<form id=\"filters\" role=\"search\"><label>Programs <input id=\"words\" type=\"search\" "
      "autocomplete=\"off\" placeholder=\"name, metric or data\"></label>\n"
      "<fieldset><legend>Techniques</legend>";
  for (std::size_t i = 0; i < comparison.columns.size(); ++i)
    text += fmt::format(
        "<label><input type=\"checkbox\" value=\"{0}\" checked> <i style=\"background:{1}\"></i>"
        "{2}</label> ",
        i, technique_colour(static_cast<int>(i)), escaped_markup(comparison.columns[i].name));
  return text + "</fieldset></form>\n<p id=\"said\" role=\"status\" aria-live=\"polite\"></p>\n";
}

std::string program_section(const ProgramComparison& program, const Comparison& comparison) {
  return fmt::format(
             "<section id=\"{0}\" data-program=\"{1}\" data-words=\"{2} {3}\">"
             "<h3>{1} <small>{2}, {3} data, {4} hold-out rows</small></h3>\n",
             program_anchor(program, comparison), escaped_markup(program.name),
             escaped_markup(program.metric), escaped_markup(data_words(program)),
             program.hold_out_rows) +
         program_scores(program, comparison) + "<div class=\"figures\">" +
         program_figures(program, comparison) + "</div>" + program_configs(program, comparison) +
         "</section>\n";
}

std::string notes_section(const Comparison& comparison) {
  std::string text;
  for (const auto& sentence : hidden_faults(comparison))
    text += "<li>" + escaped_markup(sentence) + "</li>";
  for (const auto& note : comparison.notes) text += "<li>" + escaped_markup(note) + "</li>";
  for (const ProgramComparison& program : comparison.programs)
    for (const ColumnResult& result : program.columns)
      for (const auto& note : result.notes)
        text += fmt::format("<li>{}, {}: {}</li>", escaped_markup(program.name),
                            escaped_markup(result.column.name), escaped_markup(note));
  return text.empty() ? "" : "<h2 id=\"notes\">Notes</h2>\n<ul>" + text + "</ul>\n";
}

}  // namespace

std::string to_html(const Comparison& comparison) {
  // What was not asked for is not shown.
  const bool repair = !comparison.programs.empty() || !comparison.localisation;
  const std::string title = repair ? "Repair techniques compared" : "Localisation compared";
  std::string page =
      "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\">"
      "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">"
      "<link rel=\"icon\" href=\"data:,\"><title>" +
      title + "</title><style>" + std::string(kPageStyle) +
      "</style></head>\n<body><a class=\"skip\" href=\"#tables\">To the tables</a><header><h1>" +
      title + "</h1>\n";
  if (repair) page += introduction(comparison);
  page += filters(comparison) + "</header><main id=\"tables\">\n";
  if (repair)
    page += means_section(comparison) + summary_section(comparison) + boxes_section(comparison) +
            budgets_section(comparison) + neutrality_section(comparison) +
            outcomes_section(comparison);
  if (comparison.localisation) page += localisation_section(*comparison.localisation);
  if (!comparison.programs.empty()) page += "<h2 id=\"programs\">Program by program</h2>\n";
  for (const ProgramComparison& program : comparison.programs)
    page += program_section(program, comparison);
  return page + notes_section(comparison) + "</main><script>" + std::string(kPageScript) +
         "</script></body></html>\n";
}

}  // namespace dlfix::agent
