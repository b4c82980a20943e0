#include "mapping/findings/reply_lines.h"

#include <algorithm>
#include <array>
#include <string>

namespace dlfix::mapping {
namespace {

constexpr std::size_t kMostDigits = 6;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_space(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::size_t skip_spaces(std::string_view line, std::size_t at) {
  while (at < line.size() && is_space(line[at])) ++at;
  return at;
}

// Emphasis and heading signs in front of a number: **1.**, ### 1., > 1.
std::size_t skip_ornament(std::string_view line, std::size_t at) {
  while (at < line.size() && (line[at] == '*' || line[at] == '#' || line[at] == '_' ||
                              line[at] == '>' || is_space(line[at]))) {
    ++at;
  }
  return at;
}

bool starts_with_word(std::string_view line, std::size_t at, std::string_view word) {
  if (line.size() < at + word.size()) return false;
  return std::equal(word.begin(), word.end(), line.begin() + static_cast<std::ptrdiff_t>(at),
                    [](char a, char b) { return a == (b | 0x20); });
}

// "Issue 1", "Reason #2": the word in front of a number.
std::size_t skip_item_word(std::string_view line, std::size_t at) {
  constexpr std::array<std::string_view, 10> kWords = {"issue", "reason", "fault",   "problem",
                                                       "point", "answer", "finding", "item",
                                                       "error", "cause"};
  for (const auto word : kWords) {
    if (!starts_with_word(line, at, word)) continue;
    std::size_t next = at + word.size();
    if (next >= line.size() || !is_space(line[next])) continue;
    next = skip_spaces(line, next);
    if (next < line.size() && line[next] == '#') ++next;
    if (next < line.size() && is_digit(line[next])) return next;
  }
  return at;
}

// Reads "1." "1)" "(1)" "1:" "1 -" with ornaments; false: the line has no number.
bool read_number(std::string_view line, ReplyLine& out) {
  const std::size_t ornament_end = skip_ornament(line, 0);
  std::size_t at = skip_item_word(line, ornament_end);
  const bool worded = at != ornament_end;
  if (at < line.size() && (line[at] == '(' || line[at] == '[')) ++at;
  const std::size_t first = at;
  while (at < line.size() && is_digit(line[at]) && at - first < kMostDigits) ++at;
  if (at == first) return false;
  const std::size_t last = at;
  while (at < line.size() && (line[at] == '*' || line[at] == '_')) ++at;  // **1**.
  const std::size_t punctuation = at;
  while (at < line.size() &&
         (line[at] == '.' || line[at] == ')' || line[at] == ':' || line[at] == ']')) {
    ++at;
  }
  if (at == punctuation && !worded) {
    const std::size_t dash = skip_spaces(line, at);  // "1 - text"
    if (dash + 1 >= line.size() || dash == at || line[dash] != '-' || !is_space(line[dash + 1]))
      return false;
    at = dash + 1;
  }
  // "0.001 is", "1.5": no list number.
  if (at < line.size() && is_digit(line[at])) return false;
  out.number = std::stol(std::string(line.substr(first, last - first)));
  while (at < line.size() && (line[at] == '*' || line[at] == '_')) ++at;
  out.text_at = skip_spaces(line, at);
  out.marker = MarkerKind::kNumber;
  return true;
}

bool read_bullet(std::string_view line, ReplyLine& out) {
  const std::size_t at = skip_spaces(line, 0);
  std::size_t length = 0;
  if (at < line.size() && (line[at] == '-' || line[at] == '*' || line[at] == '+')) length = 1;
  for (const std::string_view sign : {"\u2022", "\u25e6", "\u2013", "\u2014", "\u25aa"}) {
    if (line.substr(at).starts_with(sign)) length = sign.size();
  }
  if (length == 0 || at + length >= line.size() || !is_space(line[at + length])) return false;
  out.marker = MarkerKind::kBullet;
  out.text_at = skip_spaces(line, at + length);
  return true;
}

// "## Title", or a line that is **bold** as a whole.
bool read_heading(std::string_view line, ReplyLine& out) {
  const std::size_t at = skip_spaces(line, 0);
  std::size_t end = line.size();
  while (end > at && is_space(line[end - 1])) --end;
  const std::string_view body = line.substr(at, end - at);
  const bool hashes =
      body.starts_with("#") && body.find_first_not_of('#') != std::string_view::npos;
  const bool bold =
      body.size() > 4 && body.starts_with("**") && (body.ends_with("**") || body.ends_with("**:"));
  if (!hashes && !bold) return false;
  out.marker = MarkerKind::kHeading;
  out.text_at = at + std::min(body.find_first_not_of("#* \t"), body.size());
  return true;
}

void read_marker(std::string_view line, ReplyLine& out) {
  if (read_number(line, out) || read_bullet(line, out)) return;
  read_heading(line, out);
}

ReplyLine read_line(std::string_view reply, std::size_t begin, std::size_t end, bool& in_code) {
  ReplyLine line;
  line.begin = begin;
  line.end = end;
  const std::string_view text = reply.substr(begin, end - begin);
  std::size_t at = 0;
  for (; at < text.size() && is_space(text[at]); ++at) line.indent += text[at] == '\t' ? 4 : 1;
  line.blank = at == text.size();
  const bool fence = text.substr(at).starts_with("```") || text.substr(at).starts_with("~~~");
  line.code = in_code || fence;
  if (fence) in_code = !in_code;
  if (!line.blank && !line.code) read_marker(text, line);
  line.text_at += begin;
  if (line.marker == MarkerKind::kNone) line.text_at = begin + at;
  return line;
}

}  // namespace

std::vector<ReplyLine> reply_lines(std::string_view reply, std::size_t from, std::size_t most) {
  std::vector<ReplyLine> lines;
  bool in_code = false;
  for (std::size_t begin = from; begin < reply.size() && lines.size() < most;) {
    std::size_t end = reply.find('\n', begin);
    if (end == std::string_view::npos) end = reply.size();
    const ReplyLine line = read_line(reply, begin, end, in_code);
    if (!line.blank || lines.empty() || !lines.back().blank) lines.push_back(line);
    begin = end + 1;
  }
  // An open fence that nothing closes: its lines are text again.
  if (in_code) {
    for (auto line = lines.rbegin(); line != lines.rend() && line->code; ++line) {
      line->code = false;
      if (!line->blank) read_marker(reply.substr(line->begin, line->end - line->begin), *line);
      if (line->marker != MarkerKind::kNone) line->text_at += line->begin;
    }
  }
  return lines;
}

}  // namespace dlfix::mapping
