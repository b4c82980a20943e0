// "did you mean ...?"
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace dlfix::agent {

/// The candidate with the fewest single-character edits (insert, delete, replace, swap of
/// neighbours) from `word`; empty when none comes within a third of the word's length plus one.
std::string nearest(std::string_view word, const std::vector<std::string>& candidates);

}  // namespace dlfix::agent
