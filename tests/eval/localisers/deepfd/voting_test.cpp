// Offsets, unions and names.
#include "eval/localisers/deepfd/voting.h"

#include <gtest/gtest.h>

#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using support::InputError;

RunVotes votes(int runs, const std::vector<FaultBits>& positives) { return {positives, runs}; }

/// The fewest positive runs at which a fault is said.
int needed(int runs, std::size_t label, const VoteOffsets& offsets) {
  for (int positive = 0; positive <= runs; ++positive) {
    FaultBits counts{};
    counts[label] = positive;
    if (voted_faults(votes(runs, {counts}), offsets)[label] == 1) return positive;
  }
  return -1;
}

std::vector<int> needed(int runs, const VoteOffsets& offsets) {
  std::vector<int> result;
  for (std::size_t label = 0; label < kDeepFdLabels; ++label) {
    result.push_back(needed(runs, label, offsets));
  }
  return result;
}

TEST(DeepFdVoting, RunsThatAreNeeded) {
  EXPECT_EQ(needed(9, kPublishedOffsets), (std::vector<int>{1, 3, 4, 7, 6}));
  EXPECT_EQ(needed(20, kPublishedOffsets), (std::vector<int>{1, 5, 7, 14, 12}));
  EXPECT_EQ(needed(20, kNoOffsets), std::vector<int>(5, 1));
  EXPECT_EQ(needed(20, kMajorityOffsets), std::vector<int>(5, 11));
  EXPECT_EQ(needed(9, kMajorityOffsets), std::vector<int>(5, 5));
  EXPECT_EQ(needed(1, kPublishedOffsets), std::vector<int>(5, 1));
}

TEST(DeepFdVoting, OneClassifierIsEnough) {
  const RunVotes said = votes(9, {{1, 2, 0, 0, 5}, {0, 3, 0, 6, 6}, {0, 0, 4, 0, 0}});
  EXPECT_EQ(voted_faults(said, kPublishedOffsets), (FaultBits{1, 1, 1, 0, 1}));
  // The classifiers' counts are not added.
  EXPECT_EQ(voted_faults(votes(9, {{0, 2, 0, 0, 0}, {0, 2, 0, 0, 0}}), kPublishedOffsets),
            FaultBits{});
}

TEST(DeepFdVoting, Counting) {
  const RunVotes counted =
      count_votes({{{1, 0, 0, 0, 1}, {1, 0, 0, 0, 0}}, {{0, 0, 0, 0, 0}, {0, 1, 0, 0, 0}}});
  EXPECT_EQ(counted.runs, 2);
  EXPECT_EQ(counted.positives, (std::vector<FaultBits>{{2, 0, 0, 0, 1}, {0, 1, 0, 0, 0}}));
  EXPECT_THROW(voted_faults({}, kNoOffsets), InputError);
  EXPECT_THROW(voted_faults(votes(2, {{3, 0, 0, 0, 0}}), kNoOffsets), InputError);
}

TEST(DeepFdVoting, NamesOfFaults) {
  EXPECT_EQ(deepfd_label(0) + deepfd_label(4), "optepoch");
  std::string types;
  for (std::size_t label = 0; label < kDeepFdLabels; ++label) types += deepfd_fault_type(label);
  EXPECT_EQ(types, "OCHHLRACHLCHHNE");
}

}  // namespace
}  // namespace dlfix::eval
