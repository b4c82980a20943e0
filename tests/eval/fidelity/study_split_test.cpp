#include "eval/fidelity/study_split.h"

#include <gtest/gtest.h>

namespace dlfix::eval {
namespace {

using Rows = std::vector<std::int64_t>;

// Expected values: numpy.random.RandomState and sklearn.model_selection.train_test_split.
TEST(StudySplit, PermutationsAreNumpys) {
  EXPECT_EQ(legacy_permutation(10, 42), (Rows{8, 1, 5, 0, 7, 2, 9, 4, 3, 6}));
  EXPECT_EQ(legacy_permutation(7, 1), (Rows{6, 2, 1, 0, 4, 3, 5}));
  const Rows long_one = legacy_permutation(10000, 42);
  EXPECT_EQ(Rows(long_one.begin(), long_one.begin() + 5), (Rows{6252, 4684, 1731, 4742, 4521}));
  EXPECT_EQ(Rows(long_one.end() - 3, long_one.end()), (Rows{5390, 860, 7270}));
  EXPECT_EQ(legacy_permutation(1, 42), Rows{0});
  EXPECT_TRUE(legacy_permutation(0, 42).empty());
}

TEST(StudySplit, PartsAreScikitLearns) {
  const StudySplit split = study_split(17, 0.2, 42);
  EXPECT_EQ(split.holdout, (Rows{0, 1, 5, 15}));
  EXPECT_EQ(split.search, (Rows{11, 14, 8, 13, 2, 9, 16, 4, 7, 10, 12, 3, 6}));
}

}  // namespace
}  // namespace dlfix::eval
