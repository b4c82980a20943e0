#include "mapping/program/layer_statement.h"

#include <fmt/format.h>

#include <regex>

#include "mapping/program/layer_sites.h"

namespace dlfix::mapping {
namespace {

std::string without_comment(std::string_view line) {
  std::string text(line.substr(0, line.find('#')));
  const std::size_t last = text.find_last_not_of(" \t\r\n\f");
  return text.substr(0, last == std::string::npos ? 0 : last + 1);
}

std::string line_text(const SourceText& source, int line) {
  const std::size_t start = source.line_start(line);
  return without_comment(
      std::string_view(source.bytes()).substr(start, source.line_stop(line) - start));
}

}  // namespace

std::string assigned_name(std::string_view statement) {
  static const std::regex pattern(R"(^([A-Za-z_]\w*)\s*=(?!=))");
  std::match_results<std::string_view::const_iterator> match;
  if (!std::regex_search(statement.begin(), statement.end(), match, pattern)) return "";
  return match[1].str();
}

std::optional<Span> called_on(const Drafting& drafting, const std::string& file, int index,
                              const std::string& tensor) {
  const auto end = constructor_end(drafting.program(), index);
  if (!end || tensor.empty()) return std::nullopt;
  const SourceText& source = drafting.source(file);
  const std::string& bytes = source.bytes();
  const char* const blanks = " \t\r\n\\";
  std::size_t at = bytes.find_first_not_of(blanks, source.offset(*end));
  if (at == std::string::npos || bytes[at] != '(') return std::nullopt;
  at = bytes.find_first_not_of(blanks, at + 1);
  if (at == std::string::npos || bytes.compare(at, tensor.size(), tensor) != 0) return std::nullopt;
  const std::size_t after = bytes.find_first_not_of(blanks, at + tensor.size());
  if (after == std::string::npos || (bytes[after] != ')' && bytes[after] != ',')) {
    return std::nullopt;
  }
  return source.span(at, at + tensor.size());
}

std::optional<std::string> copy_of_layer(const std::string& text, int copy) {
  static const std::regex any(R"(\bname\s*=)");
  static const std::regex literal(R"re((\bname\s*=\s*)(['"])([^'"]*)\2)re");
  if (!std::regex_search(text, any)) return text;
  if (!std::regex_search(text, literal)) return std::nullopt;
  return std::regex_replace(text, literal, fmt::format("$1$2$3_{}$2", copy));
}

bool fills_lines(const SourceText& source, const Span& statement) {
  return source.begins_line(statement.start) && source.ends_line(statement.end);
}

bool is_whole_block(const SourceText& source, const Span& statement) {
  const std::size_t indent = source.indentation(statement.start.line).size();
  int before = statement.start.line - 1;
  while (before >= 1 && line_text(source, before).empty()) --before;
  if (before < 1 || !line_text(source, before).ends_with(':')) return false;
  if (source.indentation(before).size() >= indent) return false;
  int after = statement.end.line + 1;
  while (after <= source.lines() && line_text(source, after).empty()) ++after;
  return after > source.lines() || source.indentation(after).size() < indent;
}

}  // namespace dlfix::mapping
