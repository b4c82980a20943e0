#include "agent/workflows/budget.h"

#include <gtest/gtest.h>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

TEST(Budget, ReadsItsThreeForms) {
  EXPECT_EQ(parse_budget("").amount, 20);
  EXPECT_FALSE(parse_budget("").given);
  EXPECT_EQ(parse_budget("7.5").amount, 7.5);
  EXPECT_EQ(parse_budget("7.5").unit, Budget::Unit::kFaultyTrainings);
  EXPECT_EQ(parse_budget("5m").amount, 300);
  EXPECT_EQ(parse_budget("90s").unit, Budget::Unit::kSeconds);
  EXPECT_EQ(parse_budget("1h").amount, 3600);
  EXPECT_EQ(parse_budget("40trials").amount, 40);
  EXPECT_EQ(parse_budget("40trials").unit, Budget::Unit::kTrials);
}

TEST(Budget, RefusesEverythingElse) {
  for (const char* text : {"x", "-3", "0", "5 m", "5min", "trials", "inf", "nan", "1e400"}) {
    EXPECT_THROW(parse_budget(text), support::InputError) << text;
  }
}

TEST(Budget, SaysItInWords) {
  EXPECT_EQ(to_string(parse_budget("20")), "20 trainings of the program");
  EXPECT_EQ(to_string(parse_budget("5m")), "5 min");
  EXPECT_EQ(to_string(parse_budget("40trials")), "40 trials");
}

}  // namespace
}  // namespace dlfix::agent
