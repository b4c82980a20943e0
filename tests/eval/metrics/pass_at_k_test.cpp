#include "eval/metrics/pass_at_k.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace dlfix::eval {
namespace {

TEST(PassAtK, OneReplyPassesAsOftenAsTheShareThatPasses) {
  EXPECT_DOUBLE_EQ(pass_at_k(10, 3, 1), 0.3);
  EXPECT_DOUBLE_EQ(pass_at_k(10, 0, 10), 0);
  EXPECT_DOUBLE_EQ(pass_at_k(10, 10, 1), 1);
  EXPECT_DOUBLE_EQ(pass_at_k(10, 1, 10), 1);
}

TEST(PassAtK, IsTheShareOfDrawsWithAReplyThatPasses) {
  for (int passed = 0; passed <= 7; ++passed)
    for (int k = 1; k <= 7; ++k) {
      std::vector<bool> drawn(7, false);
      std::fill(drawn.end() - k, drawn.end(), true);
      int draws = 0, hits = 0;
      do {
        ++draws;
        hits += std::any_of(drawn.begin(), drawn.begin() + passed, [](bool one) { return one; });
      } while (std::next_permutation(drawn.begin(), drawn.end()));
      EXPECT_NEAR(pass_at_k(7, passed, k), static_cast<double>(hits) / draws, 1e-12)
          << passed << " of 7, k = " << k;
    }
}

TEST(PassAtK, HoldsForThousandsOfReplies) { EXPECT_NEAR(pass_at_k(5000, 1, 2500), 0.5, 1e-9); }

TEST(PassAtK, RefusesWhatCannotBeDrawn) {
  EXPECT_THROW(pass_at_k(3, 1, 4), std::invalid_argument);
  EXPECT_THROW(pass_at_k(3, 4, 1), std::invalid_argument);
  EXPECT_THROW(pass_at_k(3, 1, 0), std::invalid_argument);
}

}  // namespace
}  // namespace dlfix::eval
