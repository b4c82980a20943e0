#include "agent/compare/markup.h"

#include <fmt/format.h>

#include <cmath>

namespace dlfix::agent {
namespace {

std::string head_html(const HtmlHead& head) {
  return fmt::format(
      "<th scope=\"col\"{}{}><button type=\"button\">{}</button></th>",
      technique_attribute(head.technique),
      head.title.empty() ? "" : fmt::format(" title=\"{}\"", escaped_markup(head.title)),
      escaped_markup(head.text));
}

std::string cell_html(const HtmlCell& cell, bool first, int technique) {
  std::string attributes = first ? " scope=\"row\"" : "";
  attributes += technique_attribute(technique);
  if (cell.value) attributes += fmt::format(" data-value=\"{:.6g}\"", *cell.value);
  if (cell.strong) attributes += " class=\"best\"";
  if (!cell.title.empty()) attributes += fmt::format(" title=\"{}\"", escaped_markup(cell.title));
  return fmt::format("<{0}{1}>{2}</{0}>", first ? "th" : "td", attributes, cell.html);
}

}  // namespace

std::string escaped_markup(const std::string& text) {
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

HtmlCell absent_cell() { return {"–"}; }

HtmlCell text_cell(const std::string& text) { return {escaped_markup(text)}; }

HtmlCell number_cell(double value) {
  if (!std::isfinite(value)) return absent_cell();
  const bool wide = std::abs(value) >= 1e4 || (value != 0 && std::abs(value) < 1e-3);
  return {wide ? fmt::format("{:.2e}", value) : fmt::format("{:.3f}", value), value};
}

HtmlCell number_cell(const std::optional<double>& value) {
  return value ? number_cell(*value) : absent_cell();
}

HtmlCell count_cell(long count) { return {std::to_string(count), static_cast<double>(count)}; }

std::string technique_attribute(int technique) {
  return technique < 0 ? "" : fmt::format(" data-technique=\"{}\"", technique);
}

std::string html_table(const std::string& caption, const std::vector<HtmlHead>& heads,
                       const std::vector<HtmlRow>& rows) {
  std::string text = fmt::format(
      "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\">"
      "<table class=\"sortable\"><caption>{0}</caption><thead><tr>",
      escaped_markup(caption));
  for (const HtmlHead& head : heads) text += head_html(head);
  text += "</tr></thead><tbody>\n";
  for (const HtmlRow& row : rows) {
    text +=
        "<tr" + technique_attribute(row.technique) +
        (row.program.empty() ? ""
                             : fmt::format(" data-program=\"{}\"", escaped_markup(row.program))) +
        (row.words.empty() ? "" : fmt::format(" data-words=\"{}\"", escaped_markup(row.words))) +
        ">";
    for (std::size_t i = 0; i < row.cells.size(); ++i)
      text += cell_html(row.cells[i], i == 0, i < heads.size() ? heads[i].technique : -1);
    text += "</tr>\n";
  }
  return text + "</tbody></table></div>\n";
}

}  // namespace dlfix::agent
