#include "agent/cli/nearest.h"

#include <gtest/gtest.h>

namespace dlfix::agent {
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

}  // namespace
}  // namespace dlfix::agent
