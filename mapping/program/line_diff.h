// The differing lines of two texts.
#pragma once

#include <string_view>
#include <vector>

namespace dlfix::mapping {

using Lines = std::vector<std::string_view>;

/// `kept` lines are the same, then `removed` and `added` lines differ.
struct DiffStep {
  std::size_t kept = 0;
  std::size_t removed = 0;
  std::size_t added = 0;
};

/// Lines with their line feeds; views into `text`.
Lines split_lines(std::string_view text);

/// A shortest script from `before` to `after`, in order (all lines between the first and last
/// difference when there are more than 3000). Source: Myers, "An O(ND) difference algorithm and its
/// variations", 1986.
std::vector<DiffStep> compare_lines(const Lines& before, const Lines& after);

}  // namespace dlfix::mapping
