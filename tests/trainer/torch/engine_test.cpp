#include "trainer/torch/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <thread>

#include "helpers.h"
#include "test_device.h"
#include "trainer/support/errors.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

TEST(Engine, LearnsAClassification) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 300, 6, 3);
  TrainingRequest request = small_request(problem, 6, 3);
  request.fit.epochs = 20;
  request.symptoms = true;
  const TrainingResult result = train_one(request);
  ASSERT_EQ(result.status, TrainingStatus::kOk) << result.reason;
  ASSERT_EQ(result.epochs.size(), 20U);
  EXPECT_LT(result.epochs.back().loss, result.epochs.front().loss);
  ASSERT_EQ(result.evaluations.size(), 1U);
  EXPECT_GT(result.evaluations[0].value, 0.95);
  EXPECT_EQ(result.evaluations[0].row_values.size(), 300U);
  EXPECT_EQ(result.evaluations[0].classes.size(), 300U);
  double mean = 0;
  for (float value : result.evaluations[0].row_values) mean += value / 300;
  EXPECT_NEAR(mean, result.evaluations[0].value, 1e-6);
  ASSERT_EQ(result.symptoms.size(), 2U);
  EXPECT_GT(result.symptoms[0].gradient_norm, 0);
  EXPECT_GT(result.symptoms[1].weight_norm, 0);
  EXPECT_GT(result.work, 0);
  EXPECT_EQ(result.device.substr(0, test_device().size()), test_device());
}

TEST(Engine, FusesDifferentFunctionsOptimisersLossesAndEpochs) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 120, 6, 3);
  std::vector<TrainingRequest> requests;
  int k = 0;
  for (const char* activation : {"relu", "tanh", "sigmoid", "elu", "softplus"}) {
    for (const char* optimizer : {"adam", "sgd", "rmsprop", "nadam"}) {
      TrainingRequest request = small_request(problem, 6, 3);
      request.model.layers[0].attributes["activation"] = activation;
      request.compile.optimizer = {optimizer, 0.02, json::object()};
      request.compile.loss = k % 2 == 0 ? "categorical_crossentropy" : "mean_squared_error";
      request.fit.epochs = 2 + k % 4;
      request.seed = static_cast<std::uint64_t>(k++);
      requests.push_back(request);
    }
  }
  const auto fused = train(requests);
  for (std::size_t i = 0; i < requests.size(); i += 3) {
    const TrainingResult alone = train_one(requests[i]);
    ASSERT_EQ(fused[i].status, TrainingStatus::kOk) << fused[i].reason;
    ASSERT_EQ(fused[i].epochs.size(), static_cast<std::size_t>(requests[i].fit.epochs));
    expect_same(fused[i].evaluations[0].loss, alone.evaluations[0].loss);
    expect_same(fused[i].evaluations[0].scores, alone.evaluations[0].scores);
  }
}

TEST(Engine, DivergedReplicaDoesNotSpoilItsNeighbours) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 120, 6, 3);
  TrainingRequest healthy = small_request(problem, 6, 3);
  TrainingRequest diverging = healthy;
  diverging.compile.loss = "mean_squared_error";
  diverging.model.layers[1].attributes["activation"] = "linear";
  diverging.model.layers[0].attributes["activation"] = "linear";
  diverging.compile.optimizer = {"sgd", 1e6, json::object()};
  diverging.fit.epochs = 8;
  const auto results = train({healthy, diverging, healthy});
  EXPECT_EQ(results[1].status, TrainingStatus::kNan);
  EXPECT_EQ(results[1].epochs.size(), 8U);
  EXPECT_EQ(results[0].status, TrainingStatus::kOk);
  expect_same(results[0].evaluations[0].scores, train_one(healthy).evaluations[0].scores);
  expect_same(results[0].evaluations[0].scores, results[2].evaluations[0].scores);
}

TEST(Engine, NamesAnUnsupportedLayerItsLineAndTheSupportedSet) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 40, 6, 3);
  TrainingRequest request = small_request(problem, 6, 3);
  request.model.layers[0].class_name = "CapsuleLayer";
  const TrainingResult result = train_one(request);
  EXPECT_EQ(result.status, TrainingStatus::kUnsupported);
  EXPECT_THAT(result.reason, ::testing::HasSubstr("layer 0 (CapsuleLayer, line 10)"));
  EXPECT_THAT(result.reason, ::testing::HasSubstr("Dense"));
}

TEST(Engine, CrashOfOneRequestIsItsOwn) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 40, 6, 3);
  const TrainingRequest healthy = small_request(problem, 6, 3);
  TrainingRequest crashing = healthy;
  crashing.model.layers[0].attributes["bias_initializer"] = "orthogonal";
  const auto results = train({healthy, crashing});
  EXPECT_EQ(results[0].status, TrainingStatus::kOk) << results[0].reason;
  EXPECT_EQ(results[1].status, TrainingStatus::kCrash);
  EXPECT_THAT(results[1].reason, ::testing::HasSubstr("orthogonal"));
}

struct CrashCase {
  const char* name;
  void (*change)(TrainingRequest&);
  const char* reason;
};

class EngineCrash : public ::testing::TestWithParam<CrashCase> {};

TEST_P(EngineCrash, IsAValueWithAReason) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 40, 6, 3);
  TrainingRequest request = small_request(problem, 6, 3);
  GetParam().change(request);
  const TrainingResult result = train_one(request);
  EXPECT_EQ(result.status, TrainingStatus::kCrash);
  EXPECT_THAT(result.reason, ::testing::HasSubstr(GetParam().reason));
}

INSTANTIATE_TEST_SUITE_P(
    All, EngineCrash,
    ::testing::Values(
        CrashCase{"Units", [](auto& r) { r.model.layers[0].attributes["units"] = 0; }, "units"},
        CrashCase{"Batch", [](auto& r) { r.fit.batch_size = 0; }, "batch_size"},
        CrashCase{"Epochs", [](auto& r) { r.fit.epochs = 0; }, "epochs"},
        CrashCase{"Sparse", [](auto& r) { r.compile.loss = "sparse_categorical_crossentropy"; },
                  "class ids"},
        CrashCase{"Split", [](auto& r) { r.fit.validation_split = 0.99; }, "validation_split"},
        CrashCase{"Shape", [](auto& r) { r.model.input_shapes = {{5}}; }, "expects inputs"},
        CrashCase{
            "Dropout",
            [](auto& r) {
              r.model = sequential({layer("Dropout", {{"rate", 1.0}}), dense(3, "softmax")}, {6});
            },
            "dropout"}),
    [](const auto& info) { return info.param.name; });

TEST(Engine, CancelEndsARunningTrainingWithinASecond) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 4000, 6, 3);
  TrainingRequest request = small_request(problem, 6, 3);
  // An epoch takes many seconds.
  request.fit.batch_size = 1;
  request.train.rows.emplace(1000000);
  for (std::size_t i = 0; i < request.train.rows->size(); ++i)
    (*request.train.rows)[i] = static_cast<std::int64_t>(i % 4000);
  std::atomic<bool> cancel{false};
  TrainingCallbacks callbacks;
  TrainingResult result;
  callbacks.cancel = &cancel;
  callbacks.on_result = [&](std::size_t, const TrainingResult& given) { result = given; };
  std::chrono::steady_clock::time_point asked;
  std::thread canceller([&] {
    std::this_thread::sleep_for(std::chrono::milliseconds(500));
    asked = std::chrono::steady_clock::now();
    cancel = true;
  });
  Engine({test_device(), 0.7}).train(std::vector{request}, callbacks);
  const auto ended = std::chrono::steady_clock::now();
  canceller.join();
  EXPECT_EQ(result.status, TrainingStatus::kCancelled);
  EXPECT_LT(ended - asked, std::chrono::seconds(1));
}

TEST(Engine, RefusesUnknownDevices) {
  EXPECT_THROW(Engine({"tpu", 0.7}), support::InputError);
  EXPECT_THROW(Engine({"cuda:x", 0.7}), support::InputError);
}

TEST(Engine, ValidationSplitAndEarlyStopping) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 200, 6, 3);
  TrainingRequest request = small_request(problem, 6, 3);
  request.fit.validation_split = 0.25;
  request.fit.epochs = 200;
  request.compile.optimizer.learning_rate = 0.0;
  request.fit.callbacks = {{"EarlyStopping", {{"monitor", "val_loss"}, {"patience", 3}}}};
  const TrainingResult result = train_one(request);
  ASSERT_EQ(result.status, TrainingStatus::kOk) << result.reason;
  EXPECT_EQ(result.epochs.size(), 4U);
  EXPECT_FALSE(std::isnan(result.epochs[0].val_loss));
  EXPECT_EQ(result.epochs[0].val_loss, result.epochs[3].val_loss);
}

}  // namespace
}  // namespace dlfix::trainer::testing
