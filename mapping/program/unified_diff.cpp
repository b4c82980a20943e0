// Line differences: E. Myers, "An O(ND) difference algorithm and its variations", 1986.
#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "mapping/program/edits.h"

namespace dlfix::mapping {
namespace {

constexpr std::size_t kContext = 3;
// Beyond this many differing lines the search's memory (quadratic) is not worth a shorter diff.
constexpr int kMostDifferences = 3000;

using Lines = std::vector<std::string_view>;

/// `kept` lines are the same, then `removed` and `added` lines differ.
struct Step {
  std::size_t kept = 0;
  std::size_t removed = 0;
  std::size_t added = 0;
};

Lines split_lines(std::string_view text) {
  Lines lines;
  while (!text.empty()) {
    const std::size_t feed = text.find('\n');
    const std::size_t length = feed == std::string_view::npos ? text.size() : feed + 1;
    lines.push_back(text.substr(0, length));
    text.remove_prefix(length);
  }
  return lines;
}

/// Furthest reaching paths of every edit distance; row d holds diagonals -d..d.
class Search {
 public:
  Search(const Lines& before, const Lines& after) : before_(before), after_(after) {}

  /// Moves of a shortest script: 'k' keep, '-' remove, '+' add; empty when it is too long.
  std::string script() {
    const int limit = static_cast<int>(before_.size() + after_.size());
    for (int distance = 0; distance <= std::min(limit, kMostDifferences); ++distance) {
      if (extend(distance)) return backtrack(distance);
    }
    return "";
  }

 private:
  int reach(int distance, int diagonal) const { return rows_[distance][diagonal + distance]; }

  // Whether the best path to `diagonal` at this distance comes from an added line.
  bool from_added(int distance, int diagonal) const {
    return diagonal == -distance || (diagonal != distance && reach(distance - 1, diagonal - 1) <
                                                                 reach(distance - 1, diagonal + 1));
  }

  bool extend(int distance) {
    rows_.emplace_back(2 * distance + 1, 0);
    const int before_size = static_cast<int>(before_.size());
    const int after_size = static_cast<int>(after_.size());
    for (int diagonal = -distance; diagonal <= distance; diagonal += 2) {
      int x = 0;
      if (distance > 0) {
        x = from_added(distance, diagonal) ? reach(distance - 1, diagonal + 1)
                                           : reach(distance - 1, diagonal - 1) + 1;
      }
      while (x < before_size && x - diagonal < after_size && x - diagonal >= 0 &&
             before_[x] == after_[x - diagonal]) {
        ++x;
      }
      rows_[distance][diagonal + distance] = x;
      if (x >= before_size && x - diagonal >= after_size) return true;
    }
    return false;
  }

  std::string backtrack(int distance) const {
    std::string moves;
    int x = static_cast<int>(before_.size());
    int y = static_cast<int>(after_.size());
    for (; distance > 0; --distance) {
      const bool added = from_added(distance, x - y);
      const int previous = added ? x - y + 1 : x - y - 1;
      const int from = reach(distance - 1, previous);
      const int landed = added ? from : from + 1;
      moves.append(x - landed, 'k');
      moves += added ? '+' : '-';
      x = from;
      y = from - previous;
    }
    moves.append(x, 'k');
    return {moves.rbegin(), moves.rend()};
  }

  const Lines& before_;
  const Lines& after_;
  std::vector<std::vector<int>> rows_;
};

std::vector<Step> to_steps(const std::string& moves, std::size_t prefix, std::size_t suffix) {
  std::vector<Step> steps(1);
  steps.back().kept = prefix;
  for (const char move : moves) {
    if (move == 'k') {
      if (steps.back().removed + steps.back().added > 0) steps.emplace_back();
      ++steps.back().kept;
    } else {
      ++(move == '-' ? steps.back().removed : steps.back().added);
    }
  }
  if (suffix > 0) {
    if (steps.back().removed + steps.back().added > 0) steps.emplace_back();
    steps.back().kept += suffix;
  }
  return steps;
}

std::vector<Step> compare(const Lines& before, const Lines& after) {
  const std::size_t shorter = std::min(before.size(), after.size());
  std::size_t prefix = 0;
  while (prefix < shorter && before[prefix] == after[prefix]) ++prefix;
  std::size_t suffix = 0;
  while (suffix < shorter - prefix &&
         before[before.size() - 1 - suffix] == after[after.size() - 1 - suffix]) {
    ++suffix;
  }
  const Lines old_middle(before.begin() + prefix, before.end() - suffix);
  const Lines new_middle(after.begin() + prefix, after.end() - suffix);
  std::string moves = Search(old_middle, new_middle).script();
  if (moves.empty()) {
    moves = std::string(old_middle.size(), '-') + std::string(new_middle.size(), '+');
  }
  return to_steps(moves, prefix, suffix);
}

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

std::string hunks(const Lines& before, const Lines& after, const std::vector<Step>& steps) {
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
                     hunks(old_lines, new_lines, compare(old_lines, new_lines)));
}

}  // namespace dlfix::mapping
