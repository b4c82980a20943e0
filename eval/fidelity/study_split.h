// The study's split of test rows, number by number.
#pragma once

#include <cstdint>
#include <vector>

namespace dlfix::eval {

struct StudySplit {
  std::vector<std::int64_t> search;   ///< scored candidates while a tool ran
  std::vector<std::int64_t> holdout;  ///< gave the reported value
};

/// 0, 1, ..., count - 1 as numpy.random.RandomState(seed).permutation(count) orders them.
std::vector<std::int64_t> legacy_permutation(std::int64_t count, std::uint32_t seed);

/// scikit-learn's train_test_split(rows, test_size, random_state=seed) of `count` rows: the larger
/// part and the smaller one (its size rounded up), each in the order of that function.
StudySplit study_split(std::int64_t count, double test_size, std::uint32_t seed);

}  // namespace dlfix::eval
