#include "eval/metrics/majority_vote.h"

#include <algorithm>
#include <stdexcept>

namespace dlfix::eval {
namespace {

/// How many ballots have the class that `ballot` has.
std::ptrdiff_t votes(std::span<const Ballot> ballots, const Ballot& ballot, std::size_t row) {
  return std::ranges::count_if(
      ballots, [&](const Ballot& other) { return other.classes[row] == ballot.classes[row]; });
}

}  // namespace

std::vector<float> majority_vote(std::span<const Ballot> ballots) {
  if (ballots.empty()) throw std::invalid_argument("majority_vote: nobody votes");
  const std::size_t rows = ballots.front().classes.size();
  const bool whole = std::ranges::all_of(ballots, [rows](const Ballot& ballot) {
    return ballot.classes.size() == rows && ballot.right.size() == rows;
  });
  if (!whole) throw std::invalid_argument("majority_vote: ballots of unlike numbers of rows");
  std::vector<float> right(rows);
  for (std::size_t row = 0; row < rows; ++row) {
    const auto chosen = std::ranges::max_element(ballots, {}, [&](const Ballot& ballot) {
      return votes(ballots, ballot, row);
    });  // the first of the largest
    right[row] = chosen->right[row];
  }
  return right;
}

}  // namespace dlfix::eval
