#include "mapping/findings/votes.h"

#include <gmock/gmock.h>

#include "tests/mapping/findings/sample_model.h"

namespace dlfix::mapping {
namespace {

std::vector<MappedReply> mapped(std::initializer_list<const char*> replies) {
  const auto mapper = make_rules_mapper();
  std::vector<MappedReply> list;
  for (const char* const reply : replies) list.push_back(map_reply(reply, sample_model(), *mapper));
  return list;
}

TEST(Votes, CountEachReplyOnceAndRankByVotes) {
  const auto votes = count_votes(
      mapped({"1. The learning rate is too high, use 0.01.\n2. The learning rate is wrong.",
              "1. Too few epochs.\n2. The learning rate is too high, use 0.01.",
              "1. The learning rate is too high, use 0.1."}));
  ASSERT_EQ(votes.findings.size(), 2U);
  EXPECT_EQ(votes.replies, 3);
  const auto& rate = votes.findings[0];
  EXPECT_EQ(rate.fault_type, "HLR");
  EXPECT_EQ(rate.votes, 3);
  EXPECT_NEAR(rate.mean_rank, 4.0 / 3, 1e-12);
  EXPECT_EQ(rate.proposed, 0.01);
  EXPECT_FALSE(rate.quotation.empty());
  EXPECT_EQ(votes.findings[1].fault_type, "HNE");
  EXPECT_EQ(votes.findings[1].votes, 1);
}

TEST(Votes, DifferentLayersAreDifferentFindings) {
  const auto votes = count_votes(mapped({"1. The activation of the output layer is wrong.",
                                         "1. The activation of the first Dense layer is wrong."}));
  EXPECT_EQ(votes.findings.size(), 2U);
}

TEST(Votes, StabilityOfReplies) {
  const auto votes = count_votes(mapped({"1. The learning rate is too high.\n2. Too few epochs.",
                                         "1. The learning rate is too high."}));
  EXPECT_DOUBLE_EQ(votes.stability.mean_answers, 1.5);
  EXPECT_DOUBLE_EQ(votes.stability.deviation_answers, 0.5);
  EXPECT_DOUBLE_EQ(votes.stability.agreement, 0.5);
  EXPECT_DOUBLE_EQ(count_votes({}).stability.agreement, 1);
}

}  // namespace
}  // namespace dlfix::mapping
