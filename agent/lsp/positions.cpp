#include "agent/lsp/positions.h"

#include <algorithm>

namespace dlfix::agent::lsp {
namespace {

using nlohmann::json;

/// Bytes of the character that begins at `at`: a byte that is not UTF-8 counts as a character.
std::size_t width(std::string_view text, std::size_t at) {
  const auto lead = static_cast<unsigned char>(text[at]);
  const std::size_t wanted = lead < 0xc2   ? 1
                             : lead < 0xe0 ? 2
                             : lead < 0xf0 ? 3
                             : lead < 0xf5 ? 4
                                           : 1;
  for (std::size_t i = 1; i < wanted; ++i) {
    const bool follows =
        at + i < text.size() && (static_cast<unsigned char>(text[at + i]) & 0xc0) == 0x80;
    if (!follows) return 1;
  }
  return wanted;
}

int units(std::size_t bytes, Encoding encoding) {
  if (encoding == Encoding::kUtf8) return static_cast<int>(bytes);
  return encoding == Encoding::kUtf16 && bytes == 4 ? 2 : 1;
}

json position_json(int line, int column) { return {{"line", line}, {"character", column}}; }

}  // namespace

std::string to_string(Encoding encoding) {
  switch (encoding) {
    case Encoding::kUtf8:
      return "utf-8";
    case Encoding::kUtf32:
      return "utf-32";
    default:
      return "utf-16";
  }
}

std::optional<Encoding> parse_encoding(std::string_view name) {
  for (const Encoding encoding : {Encoding::kUtf8, Encoding::kUtf16, Encoding::kUtf32}) {
    if (name == to_string(encoding)) return encoding;
  }
  return std::nullopt;
}

LineIndex::LineIndex(std::string_view text) : text_(text), starts_{0} {
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool alone = text[i] == '\r' && (i + 1 == text.size() || text[i + 1] != '\n');
    if (text[i] == '\n' || alone) starts_.push_back(i + 1);
  }
}

std::string_view LineIndex::line(int number) const {
  if (number < 0 || number >= lines()) return {};
  const auto index = static_cast<std::size_t>(number);
  const std::size_t begin = starts_[index];
  std::size_t end = number + 1 < lines() ? starts_[index + 1] : text_.size();
  while (end > begin && (text_[end - 1] == '\n' || text_[end - 1] == '\r')) --end;
  return text_.substr(begin, end - begin);
}

int LineIndex::column(int line_number, int characters, Encoding encoding) const {
  const std::string_view text = line(line_number);
  int column = 0;
  for (std::size_t at = 0; at < text.size() && characters > 0; --characters) {
    const std::size_t bytes = width(text, at);
    column += units(bytes, encoding);
    at += bytes;
  }
  return column;
}

int LineIndex::characters(int line_number, int column, Encoding encoding) const {
  const std::string_view text = line(line_number);
  int characters = 0;
  for (std::size_t at = 0; at < text.size(); ++characters) {
    const std::size_t bytes = width(text, at);
    column -= units(bytes, encoding);
    if (column < 0) break;
    at += bytes;
  }
  return characters;
}

std::size_t LineIndex::offset(int line_number, int column, Encoding encoding) const {
  if (line_number < 0) return 0;
  if (line_number >= lines()) return text_.size();
  const std::string_view text = line(line_number);
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t bytes = width(text, at);
    column -= units(bytes, encoding);
    if (column < 0) break;
    at += bytes;
  }
  return starts_[static_cast<std::size_t>(line_number)] + at;
}

json LineIndex::position(std::size_t offset, Encoding encoding) const {
  const auto after = std::ranges::upper_bound(starts_, offset);
  const int number = static_cast<int>(after - starts_.begin()) - 1;
  const std::string_view text = line(number);
  const std::size_t within =
      std::min(offset - starts_[static_cast<std::size_t>(number)], text.size());
  int column = 0;
  for (std::size_t at = 0; at < within;) {
    const std::size_t bytes = width(text, at);
    column += units(bytes, encoding);
    at += bytes;
  }
  return position_json(number, column);
}

json LineIndex::range(const mapping::Span& span, Encoding encoding) const {
  const auto of = [&](const mapping::Position& position) {
    return position_json(position.line - 1, column(position.line - 1, position.column, encoding));
  };
  return {{"start", of(span.start)}, {"end", of(span.end)}};
}

json LineIndex::line_range(int number, Encoding encoding) const {
  const int index = std::clamp(number - 1, 0, lines() - 1);
  const std::string_view text = line(index);
  const std::size_t first = std::min(text.find_first_not_of(" \t"), text.size());
  const int begin = static_cast<int>(first);  // blanks have one unit in every encoding
  const std::size_t last = text.find_last_not_of(" \t");
  const std::size_t length = last == std::string_view::npos ? first : last + 1;
  const int end = column(index, static_cast<int>(length), encoding);
  return {{"start", position_json(index, begin)}, {"end", position_json(index, end)}};
}

}  // namespace dlfix::agent::lsp
