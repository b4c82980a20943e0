// A source file as bytes, addressed by lines and Unicode columns.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::mapping {

/// Bytes stay as they are: line ends, tabs, byte order mark and encoding. UTF-8 columns are turned
/// into byte offsets; a file with a coding cookie of one byte per character (latin-1, cp1252, ...)
/// or that is not valid UTF-8 is addressed byte by byte.
class SourceText {
 public:
  /// Errors: InputError on a coding cookie that is neither UTF-8 nor one byte per character.
  SourceText(std::string path, std::string bytes);

  const std::string& path() const { return path_; }
  const std::string& bytes() const { return bytes_; }
  int lines() const { return static_cast<int>(starts_.size()); }
  /// "\n", "\r\n" or "\r": the first line's.
  const std::string& line_end() const { return line_end_; }

  /// Errors: InputError when the position lies outside the text.
  std::size_t offset(Position position) const;
  Position position(std::size_t offset) const;
  Span span(std::size_t begin, std::size_t end) const;
  std::string_view text(const Span& span) const;

  /// First byte of a line (after a byte order mark); one past its end, line feed excluded or
  /// included.
  std::size_t line_start(int line) const;
  std::size_t line_stop(int line) const;
  std::size_t next_line(int line) const;
  /// Blanks and tabs that the line begins with.
  std::string indentation(int line) const;
  /// True when nothing but blanks stands before the position in its line.
  bool begins_line(Position position) const;
  /// True when nothing but blanks or a comment stands after the position in its line.
  bool ends_line(Position position) const;

 private:
  std::string path_;
  std::string bytes_;
  std::string line_end_ = "\n";
  std::vector<std::size_t> starts_;
  bool wide_ = true;  ///< UTF-8: a character may have several bytes
};

}  // namespace dlfix::mapping
