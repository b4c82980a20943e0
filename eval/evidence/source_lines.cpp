#include "eval/evidence/source_lines.h"

#include <algorithm>
#include <regex>
#include <set>
#include <string>

namespace dlfix::eval {
namespace {

using Lines = std::vector<mapping::SourceLine>;

mapping::SourceLine last_matching(const Lines& lines, const std::regex& pattern) {
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (std::regex_search(line->text, pattern)) return *line;
  }
  return last_line(lines);
}

bool listed(const Lines& lines, const mapping::SourceLine& line) {
  return std::any_of(lines.begin(), lines.end(), [&](const mapping::SourceLine& other) {
    return other.file == line.file && other.line == line.line;
  });
}

std::string without_spaces(std::string text) {
  std::erase_if(text, [](unsigned char c) { return std::isspace(c) != 0; });
  return text;
}

/// What a statement does to the order of rows; empty: nothing that is known.
std::set<std::string> reorderings(const mapping::SourceLine& line) {
  static const std::regex kRandom(R"(\b(shuffle|permutation|permuted|sample|choice)\s*\()");
  static const std::regex kOrdering(R"(\b(argsort|sort|sorted|sort_values|roll|flip|flipud)\s*\()");
  static const std::regex kReversed(R"(\[\s*:\s*:\s*-\s*1)");
  static const std::regex kIndexed(R"([\w\)\]]\[\s*([A-Za-z_]\w*)\s*(,[^\]]*)?\])");
  static const std::regex kSliced(R"([\w\)\]]\[\s*([^\[\]:,]*:[^\[\]:,]*)\s*(,[^\]]*)?\])");
  std::set<std::string> found;
  std::smatch match;
  // Two random orders are never the same one, so each statement's is its own.
  if (std::regex_search(line.text, match, kRandom)) {
    found.insert(match[1].str() + " in line " + std::to_string(line.line));
  }
  if (std::regex_search(line.text, match, kOrdering)) found.insert(match[1]);
  if (std::regex_search(line.text, kReversed)) found.insert("reversed");
  if (std::regex_search(line.text, match, kIndexed)) found.insert("[" + match[1].str() + "]");
  if (std::regex_search(line.text, match, kSliced)) {
    const std::string rows = without_spaces(match[1]);
    if (rows != ":") found.insert("[" + rows + "]");
  }
  return found;
}

std::optional<mapping::SourceLine> without_counterpart(const Lines& lines, const Lines& others) {
  std::set<std::string> counterparts;
  for (const auto& other : others) {
    if (!listed(lines, other)) counterparts.merge(reorderings(other));
  }
  for (auto line = lines.rbegin(); line != lines.rend(); ++line) {
    if (listed(others, *line)) continue;
    for (const std::string& what : reorderings(*line)) {
      if (!counterparts.contains(what)) return *line;
    }
  }
  return std::nullopt;
}

}  // namespace

mapping::SourceLine last_line(const Lines& lines) {
  return lines.empty() ? mapping::SourceLine{} : lines.back();
}

mapping::SourceLine scaling_line(const Lines& lines) {
  static const std::regex kDivision(R"([\w\)\]]\s*/=?\s*[\w\(])");
  static const std::regex kProduct(R"([\w\)\]]\s*\*=?\s*[\w\(]|scale|normali[sz]e|transform)");
  for (const std::regex* pattern : {&kDivision, &kProduct}) {
    const mapping::SourceLine line = last_matching(lines, *pattern);
    if (std::regex_search(line.text, *pattern)) return line;
  }
  return last_line(lines);
}

mapping::SourceLine selecting_line(const Lines& lines) {
  static const std::regex kSelection(R"(\[[^\]]*[:<>=][^\]]*\]|split|\[\s*[A-Za-z_]\w*\s*\])");
  return last_matching(lines, kSelection);
}

std::optional<mapping::SourceLine> one_sided_reordering(const Lines& first, const Lines& second) {
  if (auto line = without_counterpart(second, first)) return line;
  return without_counterpart(first, second);
}

}  // namespace dlfix::eval
