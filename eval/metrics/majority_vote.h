// One answer from several models: the class that most of them say.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace dlfix::eval {

/// What one model says of rows, and whether that is right.
struct Ballot {
  std::span<const std::int32_t> classes;
  std::span<const float> right;  ///< 1 or 0
};

/// Per row 1 where the class that most ballots have is right, else 0. The first ballot is the best:
/// of classes that equally many say, the one said first counts. Labels are not needed, as a class
/// that no ballot is right with is wrong.
/// Source: You et al. 2025, "An empirical study of deep learning model fixing" (voting).
/// Errors: std::invalid_argument without ballots, or when their rows differ in number.
std::vector<float> majority_vote(std::span<const Ballot> ballots);

}  // namespace dlfix::eval
