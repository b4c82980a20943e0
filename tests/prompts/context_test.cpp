#include "prompts/context.h"

#include <gtest/gtest.h>

#include <fstream>

#include "trainer/support/errors.h"

namespace dlfix::prompts {
namespace {

const std::string kLimits = std::string(DLFIX_SOURCE_DIR) + "/prompts/context_limits.json";

TEST(Context, TheLongestPrefixCounts) {
  const auto limits = read_context_limits(kLimits);
  EXPECT_EQ(context_limit(limits, "gpt-4"), 8192);
  EXPECT_EQ(context_limit(limits, "gpt-4-0613"), 8192);
  EXPECT_EQ(context_limit(limits, "gpt-4-turbo-preview"), 128000);
  EXPECT_EQ(context_limit(limits, "gpt-4o-mini-2024-07-18"), 128000);
  EXPECT_EQ(context_limit(limits, "gpt-3.5-turbo"), 16385);
  EXPECT_EQ(context_limit(limits, "openai/gpt-4.1-mini"), 1047576);
  EXPECT_EQ(context_limit(limits, "my-own-model"), std::nullopt);
  EXPECT_EQ(context_limit(limits, ""), std::nullopt);
}

TEST(Context, TheAnswerHasRoomToo) {
  EXPECT_EQ(prompt_room(8192), 6144);
  EXPECT_EQ(prompt_room(128000), 128000 - 4096);
  EXPECT_EQ(estimate_tokens(""), 0);
  EXPECT_EQ(estimate_tokens("12345"), 2);
}

TEST(Context, AFileOfAnotherFormIsNamed) {
  const std::string path = testing::TempDir() + "/limits.json";
  for (const char* text : {"", "[]", R"({"models": {"a": "b"}})", R"({"models": [1]})"}) {
    std::ofstream(path) << text;
    EXPECT_THROW(read_context_limits(path), support::InputError) << text;
  }
  EXPECT_THROW(read_context_limits("/nowhere.json"), support::EnvironmentError);
}

}  // namespace
}  // namespace dlfix::prompts
