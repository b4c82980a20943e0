#include "agent/localise/source_quote.h"

#include <fmt/format.h>

#include <algorithm>

#include "mapping/catalogue/catalogue.h"

namespace dlfix::agent {

using nlohmann::json;

std::string fault_type_name(const std::string& code) {
  const auto* type = mapping::find_fault_type(code);
  return type == nullptr ? code : type->name;
}

json span_json(const mapping::Span& span) {
  return {{"file", span.file},
          {"line", span.start.line},
          {"column", span.start.column + 1},
          {"end_line", span.end.line},
          {"end_column", span.end.column + 1}};
}

std::string line_of(const std::string& text, int line) {
  std::size_t begin = 0;
  for (int number = 1; number < line; ++number) {
    begin = text.find('\n', begin);
    if (begin == std::string::npos) return "";
    ++begin;
  }
  std::string result = text.substr(begin, text.find('\n', begin) - begin);
  if (result.ends_with('\r')) result.pop_back();
  return result;
}

std::string marked_line(const mapping::Span& span,
                        const std::map<std::string, std::string>& sources) {
  const auto source = sources.find(span.file);
  if (source == sources.end()) return "";
  const std::string line = line_of(source->second, span.start.line);
  if (line.empty()) return "";
  std::string text = fmt::format("{:>6} | {}\n", span.start.line, line);
  if (span.start == span.end) return text;
  std::string mark;
  for (int column = 0; column < span.start.column && column < static_cast<int>(line.size());
       ++column) {
    mark += line[static_cast<std::size_t>(column)] == '\t' ? '\t' : ' ';
  }
  const bool one_line = span.end.line == span.start.line;
  const int width = one_line ? span.end.column - span.start.column
                             : static_cast<int>(line.size()) - span.start.column;
  return text + fmt::format("       | {}^{}\n", mark,
                            std::string(static_cast<std::size_t>(std::max(width - 1, 0)), '~'));
}

}  // namespace dlfix::agent
