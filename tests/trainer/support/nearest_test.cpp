#include "trainer/support/nearest.h"

#include <gtest/gtest.h>

namespace dlfix::support {
namespace {

TEST(Nearest, FindsTypingErrors) {
  const std::vector<std::string> options = {"--seeds", "--seed", "--prove-seeds", "--budget"};
  EXPECT_EQ(nearest("--sedes", options), "--seeds");
  EXPECT_EQ(nearest("--bugdet", options), "--budget");
  EXPECT_EQ(nearest("--prove_seeds", options), "--prove-seeds");
}

TEST(Nearest, SaysNothingRatherThanNonsense) {
  EXPECT_EQ(nearest("--xyz", {"--seeds", "--budget"}), "");
  EXPECT_EQ(nearest("word", {}), "");
}

TEST(EditDistance, CountsSwappedNeighboursOnce) {
  EXPECT_EQ(edit_distance("", "abc"), 3u);
  EXPECT_EQ(edit_distance("kernel", "kernle"), 1u);
  EXPECT_EQ(edit_distance("adam", "nadam"), 1u);
  EXPECT_EQ(edit_distance("kitten", "sitting"), 3u);
}

}  // namespace
}  // namespace dlfix::support
