// A training's bits do not depend on what trains beside it.
#include <gtest/gtest.h>

#include "helpers.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

void expect_same_training(const TrainingResult& a, const TrainingResult& b) {
  ASSERT_EQ(a.status, TrainingStatus::kOk) << a.reason;
  ASSERT_EQ(b.status, TrainingStatus::kOk) << b.reason;
  ASSERT_EQ(a.epochs.size(), b.epochs.size());
  for (std::size_t e = 0; e < a.epochs.size(); ++e) {
    EXPECT_EQ(a.epochs[e].loss, b.epochs[e].loss) << e;
    EXPECT_EQ(a.epochs[e].metric, b.epochs[e].metric) << e;
  }
  // Every bit of the weights reaches the outputs.
  EXPECT_EQ(a.evaluations[0].scores, b.evaluations[0].scores);
  EXPECT_EQ(a.evaluations[0].loss, b.evaluations[0].loss);
}

// The request alone, and at several positions among 10 and 100 others of the same shape.
void expect_independent(const TrainingRequest& request, int many) {
  const TrainingResult alone = train_one(request);
  for (int count : {10, many}) {
    std::vector<TrainingRequest> requests(static_cast<std::size_t>(count), request);
    for (int i = 0; i < count; ++i) requests[i].seed = static_cast<std::uint64_t>(1000 + i);
    for (int position : {0, count / 2, count - 1}) requests[position].seed = request.seed;
    const auto results = train(requests);
    for (int position : {0, count / 2, count - 1}) expect_same_training(results[position], alone);
    EXPECT_NE(results[1].evaluations[0].scores, alone.evaluations[0].scores);
  }
}

TEST(Independence, DenseNetworksOfOddSizes) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 83, 5, 3);
  for (const char* activation : {"sigmoid", "tanh", "softplus", "elu"}) {
    TrainingRequest request = small_request(problem, 5, 3);
    request.model = sequential({dense(13, activation), layer("Dropout", {{"rate", 0.25}}),
                                dense(9, "relu"), dense(3, "softmax")},
                               {5});
    request.fit.batch_size = 11;
    request.seed = 42;
    expect_independent(request, 100);
  }
}

TEST(Independence, EveryOptimiser) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 50, 5, 3);
  for (const char* optimizer :
       {"sgd", "rmsprop", "adagrad", "adadelta", "adam", "adamax", "nadam", "ftrl"}) {
    TrainingRequest request = small_request(problem, 5, 3);
    request.compile.optimizer = {optimizer, 0.01, json::object()};
    request.seed = 42;
    expect_independent(request, 37);
  }
}

TEST(Independence, ConvolutionsWithThreeChannels) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 40, 6 * 6 * 3, 3);
  TrainingRequest request = small_request(problem, 108, 3);
  request.model = sequential(
      {layer("Reshape", {{"target_shape", {6, 6, 3}}}),
       layer(
           "Conv2D",
           {{"filters", 5}, {"kernel_size", {3, 3}}, {"activation", "relu"}, {"padding", "same"}}),
       layer("BatchNormalization", json::object()), layer("MaxPooling2D", {{"pool_size", {2, 2}}}),
       layer("Conv2D", {{"filters", 4}, {"kernel_size", {2, 2}}, {"activation", "tanh"}}),
       layer("Flatten", json::object()), dense(3, "softmax")},
      {108});
  request.seed = 42;
  expect_independent(request, 20);
}

TEST(Independence, RecurrentNetworks) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 40, 12, 3);
  for (const char* name : {"LSTM", "GRU"}) {
    TrainingRequest request = small_request(problem, 12, 3);
    request.model =
        sequential({layer("Reshape", {{"target_shape", {4, 3}}}),
                    layer(name, {{"units", 5}, {"activation", "tanh"}}), dense(3, "softmax")},
                   {12});
    request.seed = 42;
    expect_independent(request, 20);
  }
}

TEST(Independence, FinishedNeighboursLeaveWithoutATrace) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 83, 5, 3);
  TrainingRequest request = small_request(problem, 5, 3);
  request.fit.epochs = 6;
  request.seed = 42;
  std::vector<TrainingRequest> requests(9, request);
  for (int i = 0; i < 9; ++i) {
    if (i == 4) continue;
    requests[i].seed = static_cast<std::uint64_t>(i);
    requests[i].fit.epochs = 1 + i % 3;
  }
  expect_same_training(train(requests)[4], train_one(request));
}

}  // namespace
}  // namespace dlfix::trainer::testing
