// The engine's numbers of today. Where they change by more than rounding, stored trainings must not
// be used again: raise kEngineRevision (trainer/spec/training.h) and put the new numbers here.
#include <gtest/gtest.h>

#include "helpers.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

struct KnownTraining {
  const char* name;
  std::vector<LayerSpec> layers;
  OptimizerSpec optimizer;
  double loss;  ///< of the evaluation, after three epochs
};

std::vector<KnownTraining> known_trainings() {
  const LayerSpec reshape = layer("Reshape", {{"target_shape", {4, 4, 3}}});
  const LayerSpec steps = layer("Reshape", {{"target_shape", {8, 6}}});
  return {
      {"dense", {dense(7, "relu"), dense(3, "softmax")}, {"adam", 0.01, json::object()}, 0.2025038},
      {"dropout",
       {dense(9, "tanh"), layer("Dropout", {{"rate", 0.5}}), dense(3, "softmax")},
       {"rmsprop", 0.005, json::object()},
       0.1190439},
      {"convolution",
       {reshape, layer("Conv2D", {{"filters", 4}, {"kernel_size", {3, 3}}, {"activation", "relu"}}),
        layer("BatchNormalization", json::object()), layer("Flatten", json::object()),
        dense(3, "softmax")},
       {"sgd", 0.05, {{"momentum", 0.9}}},
       0.0027815},
      {"recurrent",
       {steps, layer("LSTM", {{"units", 5}}), dense(3, "softmax")},
       {"nadam", 0.01, json::object()},
       0.7403356},
  };
}

TEST(EngineRevision, NumbersAreThoseOfTheRevision) {
  ASSERT_EQ(kEngineRevision, 2) << "new numbers below?";
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 60, 48, 3);
  const auto trainings = known_trainings();
  for (std::size_t i = 0; i < trainings.size(); ++i) {
    TrainingRequest request = small_request(problem, 48, 3);
    request.model = sequential(trainings[i].layers, {48});
    request.compile.optimizer = trainings[i].optimizer;
    request.seed = 7;
    const TrainingResult result = train_one(request);
    ASSERT_EQ(result.status, TrainingStatus::kOk) << trainings[i].name << ": " << result.reason;
    EXPECT_NEAR(result.evaluations[0].loss, trainings[i].loss, 1e-5) << trainings[i].name;
  }
}

}  // namespace
}  // namespace dlfix::trainer::testing
