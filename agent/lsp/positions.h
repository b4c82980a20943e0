// Positions of editors: lines from 0, columns in units of UTF-16 or UTF-8 (LSP 3.17, Position).
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::agent::lsp {

enum class Encoding : std::uint8_t { kUtf16, kUtf8, kUtf32 };

std::string to_string(Encoding encoding);  ///< "utf-16"
/// Nothing for names that are not known.
std::optional<Encoding> parse_encoding(std::string_view name);

/// A text by its lines; ends of lines are "\n", "\r\n" and "\r".
class LineIndex {
 public:
  /// `text` outlives the index.
  explicit LineIndex(std::string_view text);
  int lines() const { return static_cast<int>(starts_.size()); }
  /// Line from 0, without its end; empty beyond the last.
  std::string_view line(int number) const;

  /// A column in characters, as program.json has it, in units of an encoding. Beyond the line's end
  /// is its end.
  int column(int line, int characters, Encoding encoding) const;
  /// The other way.
  int characters(int line, int column, Encoding encoding) const;
  /// Byte at an editor's position; positions beyond a line or the text are their ends, a position
  /// inside a character is its start.
  std::size_t offset(int line, int column, Encoding encoding) const;
  /// {line, character} at a byte.
  nlohmann::json position(std::size_t offset, Encoding encoding) const;

  /// {start, end} of a span of program.json.
  nlohmann::json range(const mapping::Span& span, Encoding encoding) const;
  /// The line without the blanks around it, for what is known by its line only (from 1).
  nlohmann::json line_range(int line, Encoding encoding) const;

 private:
  std::string_view text_;
  std::vector<std::size_t> starts_;
};

}  // namespace dlfix::agent::lsp
