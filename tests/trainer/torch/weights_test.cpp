// Weights that are kept and begun with.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "helpers.h"
#include "test_device.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

/// A model with moving statistics.
TrainingRequest normalised_request(const Problem& problem, const std::string& folder) {
  TrainingRequest request = small_request(problem, 6, 3);
  request.model = sequential(
      {dense(5, "tanh"), layer("BatchNormalization", json::object()), dense(3, "softmax")}, {6});
  request.keep_weights = folder;
  request.profile = "keras3";  // which takes a fit of no epochs
  return request;
}

TEST(KeptWeights, ATrainingOfNoEpochsEndsWithThoseItBeganWith) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 90, 6, 3);
  TrainingRequest first = normalised_request(problem, folder.path("kept"));
  const TrainingResult trained = train_one(first);
  ASSERT_EQ(trained.status, TrainingStatus::kOk) << trained.reason;
  ASSERT_TRUE(trained.weights);

  TrainingRequest second = first;
  second.seed = 99;
  second.fit.epochs = 0;
  second.start = StartingWeights{*trained.weights, {0, 1, 2}};
  const TrainingResult again = train_one(second);
  ASSERT_TRUE(again.weights) << again.reason;
  if (on_processor()) {
    EXPECT_EQ(again.weights->sha256, trained.weights->sha256);
  }
  expect_same(again.evaluations[0].scores, trained.evaluations[0].scores);
}

TEST(KeptWeights, NewLayersAreDrawnAndEachReplicaHasItsOwnStart) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 90, 6, 3);
  TrainingRequest request = normalised_request(problem, folder.path("kept"));
  const TrainingResult a = train_one(request);
  request.seed = 5;
  const TrainingResult b = train_one(request);
  ASSERT_TRUE(a.weights && b.weights);

  TrainingRequest longer = request;
  longer.model = sequential({dense(5, "tanh"), layer("BatchNormalization", json::object()),
                             dense(3, "linear"), dense(3, "softmax")},
                            {6});
  longer.fit.epochs = 0;
  std::vector<TrainingRequest> requests(3, longer);
  requests[0].start = StartingWeights{*a.weights, {0, 1, 2}};
  requests[1].start = StartingWeights{*b.weights, {0, 1, 2}};
  const auto results = train(requests);
  const auto weights_after = [&](std::size_t r) {
    return read_weights(results[r].weights.value());
  };
  const auto kept_a = read_weights(*a.weights);
  for (const NamedWeight& weight : weights_after(0)) {
    const auto found = std::ranges::find(kept_a, weight.name, &NamedWeight::name);
    const bool old = !weight.name.starts_with("3/");
    ASSERT_EQ(found != kept_a.end(), old) << weight.name;
    if (old) {
      expect_same(found->values, weight.values);
    }
  }
  const auto kernel = [&](std::size_t r) { return weights_after(r).front().values; };
  expect_same(kernel(1), read_weights(*b.weights).front().values);
  EXPECT_NE(kernel(2), kernel(0));
  EXPECT_NE(kernel(2), kernel(1));
}

TEST(KeptWeights, AFileThatDoesNotFitIsAResultWithItsReason) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 90, 6, 3);
  TrainingRequest request = normalised_request(problem, folder.path("kept"));
  const WeightsFile kept = train_one(request).weights.value();
  request.start = StartingWeights{kept, {2, 1, 0}};
  TrainingResult result = train_one(request);
  EXPECT_EQ(result.status, TrainingStatus::kCrash);
  EXPECT_THAT(result.reason, ::testing::HasSubstr("layer 0"));

  std::ofstream(kept.path, std::ios::app) << "more";
  request.start = StartingWeights{kept, {0, 1, 2}};
  result = train_one(request);
  EXPECT_EQ(result.status, TrainingStatus::kCrash);
  EXPECT_THAT(result.reason, ::testing::HasSubstr(kept.path));
}

}  // namespace
}  // namespace dlfix::trainer::testing
