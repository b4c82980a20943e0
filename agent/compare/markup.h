// HTML for the comparison page: escaping, and tables that its script sorts and filters.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dlfix::agent {

/// For text and for attribute values in double quotes.
std::string escaped_markup(const std::string& text);

struct HtmlCell {
  std::string html;
  std::optional<double> value = {};  ///< what the column sorts by; absent: the text
  bool strong = false;
  std::string title = {};  ///< shown when pointed at; plain text
};

/// "–", which sorts last whichever way.
HtmlCell absent_cell();
HtmlCell text_cell(const std::string& text);
/// Three decimals; absent when not finite.
HtmlCell number_cell(double value);
HtmlCell number_cell(const std::optional<double>& value);
HtmlCell count_cell(long count);

struct HtmlHead {
  std::string text;
  int technique = -1;  ///< index of the technique that the column is about
  std::string title = {};
};

struct HtmlRow {
  std::string program;  ///< which the filter hides it with; empty: never
  int technique = -1;   ///< index of the technique that the row is about
  std::vector<HtmlCell> cells;
  std::string words = {};  ///< what the filter looks in beside the program's name
};

/// A table in a region that scrolls by keyboard; the first cell of a row is its head.
std::string html_table(const std::string& caption, const std::vector<HtmlHead>& heads,
                       const std::vector<HtmlRow>& rows);

/// ` data-technique="2"`; empty for -1.
std::string technique_attribute(int technique);

}  // namespace dlfix::agent
