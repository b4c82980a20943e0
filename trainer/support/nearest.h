// "did you mean ...?"
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace dlfix::support {

/// The fewest single-character edits (insert, delete, replace, swap of neighbours) from one text to
/// the other (optimal string alignment). Time and memory grow with the product of the lengths: cut
/// what comes from outside.
std::size_t edit_distance(std::string_view a, std::string_view b);

/// The candidate with the least edit_distance from `word`; empty when none comes within a third of
/// the word's length plus one.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace dlfix::support
