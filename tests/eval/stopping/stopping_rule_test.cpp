#include "eval/stopping/stopping_rule.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dlfix::eval {
namespace {

// The error falls to a half after each look.
std::vector<FinishedTraining> halving(std::size_t count) {
  return std::vector<FinishedTraining>(count, {{0.2, 0.6, 0.8}, 0.9});
}

TEST(StoppingRule, WaitsForFinishedTrainings) {
  for (const double value : needed_values({3, 1}, halving(2), "accuracy", 0.9))
    EXPECT_EQ(value, -INFINITY);
  for (const double value : needed_values({3, 1}, halving(2), "mae", 0.1))
    EXPECT_EQ(value, INFINITY);
}

TEST(StoppingRule, NeedsWhatTheFurthestWayWouldMakeUpFor) {
  // After the looks errors of 0.8, 0.4, 0.2 became 0.1: eighths, quarters, halves.
  const auto needed = needed_values({3, 1}, halving(3), "accuracy", 0.95);
  EXPECT_NEAR(needed[0], 1 - 0.05 * 8, 1e-12);
  EXPECT_NEAR(needed[1], 1 - 0.05 * 4, 1e-12);
  EXPECT_NEAR(needed[2], 1 - 0.05 * 2, 1e-12);
  EXPECT_NEAR(needed_values({3, 0.5}, halving(3), "accuracy", 0.95)[2], 1 - 0.05 * 4, 1e-12);
}

TEST(StoppingRule, OneTrainingThatWentAllTheWayDecidesNothing) {
  auto finished = halving(5);
  finished.push_back({{0.1, 0.1, 0.1}, 1.0});
  for (const double value : needed_values({3, 1}, finished, "accuracy", 0.95))
    EXPECT_EQ(value, -INFINITY);
}

TEST(StoppingRule, WhatWentBackCountsAsHavingStayed) {
  const std::vector<FinishedTraining> finished(3, {{1.0, 1.0, 1.0}, 2.0});
  EXPECT_NEAR(needed_values({3, 1}, finished, "mae", 0.5)[0], 0.5, 1e-12);
}

TEST(StoppingRule, APerfectBestIsReachedByNoneThatHasAnError) {
  EXPECT_EQ(needed_values({3, 1}, halving(3), "accuracy", 1.0)[0], 1.0);
  EXPECT_EQ(needed_values({3, 1}, halving(3), "accuracy", NAN)[0], -INFINITY);
}

TEST(StoppingRule, MilestonesLieAtSharesOfTheEpochs) {
  const auto found = milestones({0.1, 0.2, 0.3}, 10);
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].epoch, 3);
  EXPECT_EQ(found[1].epoch, 5);
  EXPECT_EQ(found[2].epoch, 8);
  EXPECT_EQ(found[2].value, 0.3);
  EXPECT_TRUE(milestones({0.1, 0.2, 0.3}, 3).empty());
}

}  // namespace
}  // namespace dlfix::eval
