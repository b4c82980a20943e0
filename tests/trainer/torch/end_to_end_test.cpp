// Whole trainings whose outcome under Keras is known.
#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "helpers.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

// 100 points of each of two far squares, one-hot labels.
RowSet two_blobs(const TemporaryFolder& folder) {
  std::mt19937 random(42);
  std::uniform_real_distribution<float> low(0.2F, 0.4F);
  std::uniform_real_distribution<float> high(0.5F, 0.7F);
  std::vector<float> x;
  std::vector<float> y;
  for (int i = 0; i < 100; ++i) {
    x.insert(x.end(), {low(random), low(random), high(random), high(random)});
    y.insert(y.end(), {1, 0, 0, 1});
  }
  return {{{write_array(folder.path("x.npy"), {200, 2}, x)}},
          {write_array(folder.path("y.npy"), {200, 2}, y)},
          {},
          {}};
}

TrainingRequest blob_request(const RowSet& rows) {
  TrainingRequest request;
  request.model = sequential({dense(2, "sigmoid"), dense(2, "softmax")}, {2});
  request.compile.loss = "categorical_crossentropy";
  request.compile.optimizer = {"adam", 0.001, json::object()};
  request.fit.epochs = 5;
  request.train = rows;
  request.evaluate = {{"test", rows}};
  request.profile = "tf23";
  return request;
}

std::vector<double> values_over_seeds(TrainingRequest request, int seeds) {
  std::vector<TrainingRequest> requests(static_cast<std::size_t>(seeds), request);
  for (int i = 0; i < seeds; ++i) requests[i].seed = static_cast<std::uint64_t>(i);
  std::vector<double> values;
  for (const TrainingResult& result : train(requests)) {
    EXPECT_EQ(result.status, TrainingStatus::kOk) << result.reason;
    values.push_back(result.evaluations[0].value);
  }
  return values;
}

double mean(const std::vector<double>& values) {
  double sum = 0;
  for (double value : values) sum += value;
  return sum / double(values.size());
}

TEST(EndToEnd, TwoBlobsFaultyAndFixed) {
  const TemporaryFolder folder;
  const RowSet rows = two_blobs(folder);
  TrainingRequest faulty = blob_request(rows);
  EXPECT_LT(mean(values_over_seeds(faulty, 10)), 0.8);
  TrainingRequest fixed = faulty;
  fixed.model.layers[1].attributes["activation"] = "sigmoid";
  fixed.compile.loss = "binary_crossentropy";
  fixed.compile.optimizer.learning_rate = 0.1;
  fixed.fit.epochs = 100;
  EXPECT_GT(mean(values_over_seeds(fixed, 10)), 0.97);
}

// Rows of ones are true, rows of zeros false; labels are boolean of shape (n,).
TrainingRequest constant_vectors(const TemporaryFolder& folder, const char* output) {
  const int rows = 2000;
  std::vector<float> x;
  std::vector<float> y;
  for (int i = 0; i < rows; ++i) {
    x.insert(x.end(), 128, i % 2 == 0 ? 1.0F : 0.0F);
    y.push_back(i % 2 == 0 ? 1.0F : 0.0F);
  }
  TrainingRequest request;
  request.model =
      sequential({dense(50, "linear"), layer("Activation", {{"activation", "relu"}}),
                  layer("Dropout", {{"rate", 0.2}}), dense(50, "linear"),
                  layer("Activation", {{"activation", "relu"}}), layer("Dropout", {{"rate", 0.2}}),
                  dense(1, "linear"), layer("Activation", {{"activation", output}})},
                 {128});
  request.compile.loss = "binary_crossentropy";
  request.compile.optimizer = {"rmsprop", 0.001, json::object()};
  request.train = {{{write_array(folder.path("x.npy"), {rows, 128}, x)}},
                   {write_array(folder.path("y.npy"), {rows}, y)},
                   {},
                   {}};
  request.evaluate = {{"test", request.train}};
  request.profile = "tf23";
  return request;
}

TEST(EndToEnd, OneSoftmaxUnitPredictsOneClassForever) {
  const TemporaryFolder folder;
  for (double value : values_over_seeds(constant_vectors(folder, "softmax"), 3)) {
    EXPECT_EQ(value, 0.5);
  }
  for (double value : values_over_seeds(constant_vectors(folder, "sigmoid"), 3)) {
    EXPECT_EQ(value, 1.0);
  }
}

TEST(EndToEnd, ZeroWeightsLearnNothingButTheBias) {
  const TemporaryFolder folder;
  TrainingRequest request = blob_request(two_blobs(folder));
  for (LayerSpec& layer : request.model.layers) layer.attributes["kernel_initializer"] = "zeros";
  request.model.layers[0].attributes["activation"] = "relu";
  request.fit.epochs = 20;
  for (double value : values_over_seeds(request, 3)) EXPECT_EQ(value, 0.5);
}

TEST(EndToEnd, RegressionReachesTheLine) {
  const TemporaryFolder folder;
  std::vector<float> x;
  std::vector<float> y;
  for (int i = 0; i < 200; ++i) {
    x.push_back(float(i) / 100 - 1);
    y.push_back(3 * x.back() - 0.5F);
  }
  TrainingRequest request;
  request.model = sequential({dense(1, "linear")}, {1});
  request.compile.loss = "mean_squared_error";
  request.compile.optimizer = {"sgd", 0.1, json::object()};
  request.fit.epochs = 40;
  request.metric = "mae";
  request.train = {{{write_array(folder.path("x.npy"), {200}, x)}},
                   {write_array(folder.path("y.npy"), {200}, y)},
                   {},
                   {}};
  request.evaluate = {{"test", request.train}};
  for (const char* profile : {"tf23", "keras3"}) {
    request.profile = profile;
    const TrainingResult result = train_one(request);
    ASSERT_EQ(result.status, TrainingStatus::kOk) << result.reason;
    EXPECT_LT(result.evaluations[0].value, 1e-3) << profile;
  }
}

TEST(EndToEnd, FunctionalModelWithTwoInputsAndASharedLayer) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 120, 6, 3);
  TrainingRequest request = small_request(problem, 6, 3);
  ModelSpec model;
  model.layers = {layer("InputLayer", json::object()), layer("InputLayer", json::object()),
                  dense(8, "relu"), layer("Concatenate", json::object()), dense(3, "softmax")};
  model.layers[2].inbound = {{{0, 0}}, {{1, 0}}};
  model.layers[3].inbound = {{{2, 0}, {2, 1}}};
  model.layers[4].inbound = {{{3, 0}}};
  model.input_shapes = {{6}, {6}};
  model.inputs = {{0, 0}, {1, 0}};
  model.outputs = {{4, 0}};
  request.model = model;
  request.fit.epochs = 15;
  request.train.inputs = {{problem.x}, {problem.x}};
  request.evaluate = {{"test", request.train}};
  const TrainingResult result = train_one(request);
  ASSERT_EQ(result.status, TrainingStatus::kOk) << result.reason;
  EXPECT_GT(result.evaluations[0].value, 0.9);
}

TEST(EndToEnd, ConvolutionAndRecurrenceLearn) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 240, 36, 3);
  TrainingRequest request = small_request(problem, 36, 3);
  request.fit.epochs = 8;
  const LayerSpec norm = layer("BatchNormalization", json::object());
  request.model = sequential(
      {layer("Reshape", {{"target_shape", {6, 6, 1}}}),
       layer("Conv2D", {{"filters", 8}, {"kernel_size", {3, 3}}, {"activation", "relu"}}),
       layer("MaxPooling2D", {{"pool_size", {2, 2}}}), layer("Flatten", json::object()),
       dense(3, "softmax")},
      {36});
  EXPECT_GT(train_one(request).evaluations.at(0).value, 0.9);
  request.model =
      sequential({layer("Reshape", {{"target_shape", {6, 6}}}),
                  layer("LSTM", {{"units", 8}, {"activation", "tanh"}}), norm, dense(3, "softmax")},
                 {36});
  EXPECT_GT(train_one(request).evaluations.at(0).value, 0.7);
}

}  // namespace
}  // namespace dlfix::trainer::testing
