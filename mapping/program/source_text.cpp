#include "mapping/program/source_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <regex>

#include "mapping/program/keras_names.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

using support::InputError;

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

bool is_continuation(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) == 0x80; }

std::size_t sequence_length(unsigned char lead) {
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) return 2;
  if (lead >= 0xE0 && lead < 0xF0) return 3;
  if (lead >= 0xF0 && lead < 0xF5) return 4;
  return 0;
}

bool valid_utf8(std::string_view bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const std::size_t length = sequence_length(static_cast<unsigned char>(bytes[at]));
    if (length == 0 || at + length > bytes.size()) return false;
    for (std::size_t next = at + 1; next < at + length; ++next) {
      if (!is_continuation(bytes[next])) return false;
    }
    at += length;
  }
  return true;
}

std::vector<std::size_t> line_starts(const std::string& bytes) {
  std::vector<std::size_t> starts = {0};
  for (std::size_t at = 0; at < bytes.size(); ++at) {
    const bool carriage = bytes[at] == '\r';
    if (carriage && at + 1 < bytes.size() && bytes[at + 1] == '\n') ++at;
    if (carriage || bytes[at] == '\n') starts.push_back(at + 1);
  }
  return starts;
}

// PEP 263: a comment in one of the first two lines names the encoding.
std::string coding_cookie(const std::string& bytes, const std::vector<std::size_t>& starts) {
  static const std::regex pattern(R"(^[ \t\f]*#.*?coding[:=][ \t]*([-\w.]+))");
  for (std::size_t line = 0; line < 2 && line < starts.size(); ++line) {
    const std::size_t stop = line + 1 < starts.size() ? starts[line + 1] : bytes.size();
    const std::size_t length = std::min<std::size_t>(stop - starts[line], 400);
    std::string text = bytes.substr(starts[line], length);
    text.erase(
        std::find_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\r'; }),
        text.end());
    std::smatch match;
    if (std::regex_search(text, match, pattern)) return squashed(match[1].str());
  }
  return "";
}

bool has_prefix(const std::string& text, std::initializer_list<const char*> prefixes) {
  return std::any_of(prefixes.begin(), prefixes.end(),
                     [&](const char* prefix) { return text.rfind(prefix, 0) == 0; });
}

bool multiple_bytes(const std::string& path, const std::string& bytes, const std::string& cookie) {
  if (cookie.empty()) return valid_utf8(bytes);
  if (has_prefix(cookie, {"utf8", "ascii", "usascii"})) return valid_utf8(bytes);
  if (has_prefix(cookie, {"latin", "iso8859", "l1", "cp125", "windows125", "koi8", "cp437", "cp85",
                          "cp86", "macroman"})) {
    return false;
  }
  throw InputError(fmt::format("{}: the encoding {} cannot be edited", path, cookie),
                   "convert the file to UTF-8");
}

}  // namespace

SourceText::SourceText(std::string path, std::string bytes)
    : path_(std::move(path)), bytes_(std::move(bytes)), starts_(line_starts(bytes_)) {
  wide_ = multiple_bytes(path_, bytes_, coding_cookie(bytes_, starts_));
  if (starts_.size() > 1) line_end_ = bytes_.substr(line_stop(1), starts_[1] - line_stop(1));
}

std::size_t SourceText::line_start(int line) const {
  if (line < 1 || line > lines()) {
    throw InputError(
        fmt::format("{}:{}: there is no such line, the file has {}", path_, line, lines()),
        "the file has changed since it was read; read it again");
  }
  const bool marked = line == 1 && bytes_.rfind(kByteOrderMark, 0) == 0;
  return starts_[line - 1] + (marked ? kByteOrderMark.size() : 0);
}

std::size_t SourceText::next_line(int line) const {
  line_start(line);
  return line < lines() ? starts_[line] : bytes_.size();
}

std::size_t SourceText::line_stop(int line) const {
  std::size_t stop = next_line(line);
  const std::size_t start = line_start(line);
  if (stop > start && bytes_[stop - 1] == '\n') --stop;
  if (stop > start && bytes_[stop - 1] == '\r' && line < lines()) --stop;
  return stop;
}

std::size_t SourceText::offset(Position position) const {
  std::size_t at = line_start(position.line);
  const std::size_t stop = line_stop(position.line);
  for (int column = 0; column < position.column; ++column) {
    if (at >= stop) {
      throw InputError(
          fmt::format("{}:{}: there is no column {}", path_, position.line, position.column),
          "the file has changed since it was read; read it again");
    }
    ++at;
    while (wide_ && at < stop && is_continuation(bytes_[at])) ++at;
  }
  return at;
}

Position SourceText::position(std::size_t offset) const {
  const auto after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  const int line = static_cast<int>(after - starts_.begin());
  int column = 0;
  for (std::size_t at = line_start(line); at < offset; ++at) {
    if (!wide_ || !is_continuation(bytes_[at])) ++column;
  }
  return {line, column};
}

Span SourceText::span(std::size_t begin, std::size_t end) const {
  return {path_, position(begin), position(end)};
}

std::string_view SourceText::text(const Span& span) const {
  const std::size_t begin = offset(span.start);
  const std::size_t end = offset(span.end);
  if (end < begin)
    throw InputError(fmt::format("{}:{}: a span ends before it starts", path_, span.start.line));
  return std::string_view(bytes_).substr(begin, end - begin);
}

std::string SourceText::indentation(int line) const {
  const std::size_t start = line_start(line);
  const std::size_t stop = bytes_.find_first_not_of(" \t\f", start);
  return bytes_.substr(start, std::min(stop, line_stop(line)) - start);
}

bool SourceText::begins_line(Position position) const {
  return offset(position) == line_start(position.line) + indentation(position.line).size();
}

bool SourceText::ends_line(Position position) const {
  const std::size_t next = bytes_.find_first_not_of(" \t\f", offset(position));
  return next >= line_stop(position.line) || bytes_[next] == '#';
}

}  // namespace dlfix::mapping
