#include "trainer/support/json_int.h"

#include <gtest/gtest.h>

#include <limits>

namespace dlfix::support {
namespace {

using nlohmann::json;

TEST(SaturatedInt, KeepsWhatFits) {
  EXPECT_EQ(saturated_int(json(7)), 7);
  EXPECT_EQ(saturated_int(json(-7.9)), -7);
  EXPECT_EQ(saturated_int(json(std::numeric_limits<int>::max())), std::numeric_limits<int>::max());
}

TEST(SaturatedInt, NumbersBeyondAreTheEnds) {
  EXPECT_EQ(saturated_int(json(1e22)), std::numeric_limits<int>::max());
  EXPECT_EQ(saturated_int(json(-1e300)), std::numeric_limits<int>::min());
  EXPECT_EQ(saturated_int(json(std::numeric_limits<std::uint64_t>::max())),
            std::numeric_limits<int>::max());
}

TEST(SaturatedInt, AFieldThatIsMissingIsTheOther) {
  EXPECT_EQ(saturated_int(json{{"line", 3}}, "line", 9), 3);
  EXPECT_EQ(saturated_int(json::object(), "line", 9), 9);
}

TEST(SaturatedInt, WhatIsNoNumberIsRefused) {
  EXPECT_THROW(saturated_int(json("7")), json::type_error);
  EXPECT_THROW(saturated_int(json{{"line", "3"}}, "line", 9), json::type_error);
  EXPECT_THROW(saturated_int(json::array(), "line", 9), json::type_error);
}

}  // namespace
}  // namespace dlfix::support
