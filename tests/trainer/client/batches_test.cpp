#include "trainer/client/batches.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dlfix::trainer {
namespace {

using testing::SizeIs;

/// `count` requests of one group; groups differ in units, and their work in epochs.
void add(std::vector<TrainingRequest>& list, std::size_t count, std::int64_t units,
         std::int64_t epochs) {
  for (std::size_t i = 0; i < count; ++i) {
    TrainingRequest request;
    LayerSpec dense;
    dense.class_name = "Dense";
    dense.attributes = {{"units", units}};
    dense.inbound = {{{-1, 0}}};
    request.model = {{dense}, {{4}}, {{-1, 0}}, {{0, 0}}};
    request.train.inputs = {{{"x", {64, 4}, "float32", "hash"}}};
    request.fit.epochs = epochs;
    request.seed = list.size();
    list.push_back(request);
  }
}

TEST(BatchQueue, KeepsGroupsTogetherUpToTheCap) {
  std::vector<TrainingRequest> list;
  add(list, 130, 4, 1);
  add(list, 3, 8, 1);
  BatchQueue queue(list, 128);
  EXPECT_EQ(queue.request_count(), 133U);
  EXPECT_THAT(queue.take(1, 0).requests, SizeIs(65));
  EXPECT_THAT(queue.take(1, 0).requests, SizeIs(65));
  EXPECT_THAT(queue.take(1, 0).requests, testing::ElementsAre(130, 131, 132));
  EXPECT_TRUE(queue.empty());
}

TEST(BatchQueue, GivesTheLongestFirst) {
  std::vector<TrainingRequest> list;
  add(list, 1, 4, 5);
  add(list, 1, 8, 50);
  add(list, 1, 9, 20);
  BatchQueue queue(list, 128);
  EXPECT_THAT(queue.take(1, 0).requests, testing::ElementsAre(1));
  EXPECT_THAT(queue.take(1, 0).requests, testing::ElementsAre(2));
  EXPECT_THAT(queue.take(1, 0).requests, testing::ElementsAre(0));
}

TEST(BatchQueue, SplitsALoneGroupEvenly) {
  std::vector<TrainingRequest> list;
  add(list, 10, 4, 5);
  BatchQueue queue(list, 128);
  const Batch first = queue.take(2, 0);
  EXPECT_THAT(first.requests, SizeIs(5));
  EXPECT_THAT(queue.take(2, first.work).requests, SizeIs(5));
  EXPECT_TRUE(queue.empty());
}

TEST(BatchQueue, SplitsTheLastOfThreeEqualGroups) {
  std::vector<TrainingRequest> list;
  for (const std::int64_t units : {4, 5, 6}) add(list, 10, units, 5);
  BatchQueue queue(list, 128);
  const Batch first = queue.take(2, 0);
  EXPECT_THAT(first.requests, SizeIs(10));
  const Batch second = queue.take(2, first.work);
  EXPECT_THAT(second.requests, SizeIs(10));
  EXPECT_THAT(queue.take(2, 0).requests, SizeIs(5));  // both workers are about to be free
}

TEST(BatchQueue, NeverSplitsASingleRequestNorGivesNothing) {
  std::vector<TrainingRequest> list;
  add(list, 2, 4, 5);
  BatchQueue queue(list, 128);
  EXPECT_THAT(queue.take(16, 0).requests, SizeIs(1));
  EXPECT_THAT(queue.take(16, 0).requests, SizeIs(1));
  EXPECT_TRUE(queue.empty());
}

TEST(BatchQueue, TakesBackWhatFailed) {
  std::vector<TrainingRequest> list;
  add(list, 4, 4, 5);
  BatchQueue queue(list, 128);
  const Batch batch = queue.take(1, 0);
  queue.put_back({batch.requests[1]});
  EXPECT_EQ(queue.request_count(), 1U);
  EXPECT_THAT(queue.take(1, 0).requests, testing::ElementsAre(batch.requests[1]));
}

}  // namespace
}  // namespace dlfix::trainer
