// Two texts as a unified diff.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "mapping/program/edits.h"
#include "mapping/program/line_diff.h"

namespace dlfix::mapping {
namespace {

constexpr std::size_t kContext = 3;
void write_line(std::string& out, char mark, std::string_view line) {
  out += mark;
  out += line;
  if (line.empty() || line.back() != '\n') out += "\n\\ No newline at end of file\n";
}

/// One hunk: the lines gathered so far and where they start.
struct Hunk {
  std::size_t old_start = 0;
  std::size_t new_start = 0;
  std::size_t old_count = 0;
  std::size_t new_count = 0;
  std::string body;

  void keep(const Lines& before, std::size_t first, std::size_t count) {
    for (std::size_t line = first; line < first + count; ++line)
      write_line(body, ' ', before[line]);
    old_count += count;
    new_count += count;
  }
  std::string text() const {
    const auto range = [](std::size_t start, std::size_t count) {
      // An empty range names the line before it.
      const std::size_t first = count == 0 ? start : start + 1;
      return count == 1 ? fmt::format("{}", first) : fmt::format("{},{}", first, count);
    };
    return fmt::format("@@ -{} +{} @@\n{}", range(old_start, old_count),
                       range(new_start, new_count), body);
  }
};

std::string hunks(const Lines& before, const Lines& after, const std::vector<DiffStep>& steps) {
  std::string out;
  Hunk hunk;
  std::size_t old_line = 0;
  std::size_t new_line = 0;
  for (const auto& step : steps) {
    const bool change = step.removed + step.added > 0;
    const bool open = !hunk.body.empty();
    const bool join = open && change && step.kept <= 2 * kContext;
    if (join) {
      hunk.keep(before, old_line, step.kept);
    } else if (open) {
      hunk.keep(before, old_line, std::min(step.kept, kContext));
      out += hunk.text();
      hunk = {};
    }
    old_line += step.kept;
    new_line += step.kept;
    if (change && !join) {
      const std::size_t lead = std::min(step.kept, kContext);
      hunk.old_start = old_line - lead;
      hunk.new_start = new_line - lead;
      hunk.keep(before, old_line - lead, lead);
    }
    for (std::size_t line = 0; line < step.removed; ++line) {
      write_line(hunk.body, '-', before[old_line + line]);
    }
    for (std::size_t line = 0; line < step.added; ++line) {
      write_line(hunk.body, '+', after[new_line + line]);
    }
    hunk.old_count += step.removed;
    hunk.new_count += step.added;
    old_line += step.removed;
    new_line += step.added;
  }
  if (!hunk.body.empty()) out += hunk.text();
  return out;
}

}  // namespace

std::string unified_diff(const std::string& name, const std::string& before,
                         const std::string& after) {
  if (before == after) return "";
  std::string shown = name.substr(std::min(name.find_first_not_of('/'), name.size()));
  // A tab ends a name with blanks, as patch and git read it.
  if (shown.find(' ') != std::string::npos) shown += '\t';
  const Lines old_lines = split_lines(before);
  const Lines new_lines = split_lines(after);
  return fmt::format("--- a/{}\n+++ b/{}\n{}", shown, shown,
                     hunks(old_lines, new_lines, compare_lines(old_lines, new_lines)));
}

}  // namespace dlfix::mapping
