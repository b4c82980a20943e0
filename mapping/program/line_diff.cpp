// E. Myers, "An O(ND) difference algorithm and its variations", 1986.
#include "mapping/program/line_diff.h"

#include <algorithm>

namespace dlfix::mapping {
namespace {

// Beyond this many differing lines the search's memory (quadratic) is not worth a shorter diff.
constexpr int kMostDifferences = 3000;

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

std::vector<DiffStep> to_steps(const std::string& moves, std::size_t prefix, std::size_t suffix) {
  std::vector<DiffStep> steps(1);
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

}  // namespace

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

std::vector<DiffStep> compare_lines(const Lines& before, const Lines& after) {
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

}  // namespace dlfix::mapping
