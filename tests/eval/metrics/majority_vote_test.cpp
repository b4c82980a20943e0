#include "eval/metrics/majority_vote.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace dlfix::eval {
namespace {

using ::testing::ElementsAre;

/// Right where the classes are the true ones.
struct Voter {
  Voter(std::vector<std::int32_t> said, const std::vector<std::int32_t>& truth)
      : classes(std::move(said)) {
    for (std::size_t i = 0; i < classes.size(); ++i)
      right.push_back(classes[i] == truth.at(i) ? 1.0F : 0.0F);
  }
  operator Ballot() const { return {classes, right}; }
  std::vector<std::int32_t> classes;
  std::vector<float> right;
};

TEST(MajorityVote, IsWhatMostSay) {
  const std::vector<std::int32_t> truth = {0, 1, 2, 2, 1};
  const Voter best({0, 1, 2, 0, 0}, truth), second({0, 0, 2, 2, 0}, truth),
      third({1, 1, 0, 2, 1}, truth);
  const std::vector<Ballot> ballots = {best, second, third};
  // The best is outvoted in the fourth row; in the last the majority is wrong.
  EXPECT_THAT(majority_vote(ballots), ElementsAre(1, 1, 1, 1, 0));
}

TEST(MajorityVote, OfEquallyManyTheBetterRankedCounts) {
  const std::vector<std::int32_t> truth = {0, 1, 0};
  const Voter best({1, 1, 2}, truth), second({0, 0, 1}, truth), third({0, 2, 0}, truth),
      fourth({1, 2, 3}, truth);
  const std::vector<Ballot> ballots = {best, second, third, fourth};
  // 1 1 against 0 0; 2 2 has most; all differ.
  EXPECT_THAT(majority_vote(ballots), ElementsAre(0, 0, 0));
  const std::vector<Ballot> other = {third, second, best, fourth};
  EXPECT_THAT(majority_vote(other), ElementsAre(1, 0, 1));
}

TEST(MajorityVote, OneBallotIsItself) {
  const Voter one({3, 1}, {3, 0});
  EXPECT_THAT(majority_vote(std::vector<Ballot>{one}), ElementsAre(1, 0));
}

TEST(MajorityVote, RefusesNobodyAndUnlikeRows) {
  const Voter one({3, 1}, {3, 0}), other({3}, {3});
  EXPECT_THROW(majority_vote({}), std::invalid_argument);
  EXPECT_THROW(majority_vote(std::vector<Ballot>{one, other}), std::invalid_argument);
}

}  // namespace
}  // namespace dlfix::eval
