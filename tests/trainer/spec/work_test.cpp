#include "trainer/spec/work.h"

#include <gtest/gtest.h>

#include "samples.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;
using testing_samples::layer;
using testing_samples::sequential;

ModelSize size_of(const Shape& input, const std::string& class_name, const json& attributes) {
  return model_size(sequential(input, {layer(class_name, attributes, {})}));
}

/// Parameter counts are those that Keras's count_params() gives.
void expect_size(const ModelSize& size, double parameters, double multiply_adds) {
  EXPECT_DOUBLE_EQ(size.parameters, parameters);
  EXPECT_DOUBLE_EQ(size.multiply_adds, multiply_adds);
}

TEST(ModelSize, CountsDense) {
  expect_size(size_of({20}, "Dense", {{"units", 8}}), 168, 160);
  expect_size(size_of({20}, "Dense", {{"units", 8}, {"use_bias", false}}), 160, 160);
  expect_size(size_of({5, 20}, "Dense", {{"units", 8}}), 168, 800);
}

TEST(ModelSize, CountsConvolutions) {
  const json conv{{"filters", 32}, {"kernel_size", {3, 3}}};
  expect_size(size_of({28, 28, 1}, "Conv2D", conv), 320, 26 * 26 * 288);
  expect_size(size_of({10, 4}, "Conv1D", {{"filters", 6}, {"kernel_size", 3}}), 78, 8 * 72);
  expect_size(size_of({8, 8, 4}, "Conv2D", {{"filters", 6}, {"kernel_size", 3}, {"groups", 2}}),
              114, 36 * 108);
  expect_size(size_of({8, 8, 4}, "SeparableConv2D", {{"filters", 6}, {"kernel_size", 3}}), 66,
              36 * 60);
  expect_size(size_of({8, 8, 4}, "DepthwiseConv2D", {{"kernel_size", 3}}), 40, 36 * 36);
  expect_size(
      size_of({7, 7, 2}, "Conv2DTranspose", {{"filters", 4}, {"kernel_size", 3}, {"strides", 2}}),
      76, 49 * 72);
}

TEST(ModelSize, CountsRecurrentLayersAndWrappers) {
  expect_size(size_of({12, 8}, "LSTM", {{"units", 6}}), 360, 12 * 336);
  expect_size(size_of({12, 8}, "GRU", {{"units", 6}}), 288, 12 * 252);
  expect_size(size_of({12, 8}, "GRU", {{"units", 6}, {"reset_after", false}}), 270, 12 * 252);
  expect_size(size_of({12, 8}, "SimpleRNN", {{"units", 6}}), 90, 12 * 84);
  const json lstm{{"layer", {{"class", "LSTM"}, {"attributes", {{"units", 6}}}}}};
  expect_size(size_of({12, 8}, "Bidirectional", lstm), 720, 2 * 12 * 336);
  const json step{{"layer", {{"class", "Dense"}, {"attributes", {{"units", 3}}}}}};
  expect_size(size_of({12, 8}, "TimeDistributed", step), 27, 12 * 24);
}

TEST(ModelSize, CountsNormalisationsAndTables) {
  expect_size(size_of({28, 28, 3}, "BatchNormalization", json::object()), 6, 0);
  expect_size(size_of({9}, "BatchNormalization", {{"scale", false}}), 9, 0);
  expect_size(size_of({5, 9}, "LayerNormalization", {{"axis", {2}}}), 18, 0);
  expect_size(size_of({12}, "Embedding", {{"input_dim", 100}, {"output_dim", 8}}), 800, 0);
  expect_size(size_of({4, 4, 3}, "PReLU", {{"shared_axes", {1, 2}}}), 3, 0);
}

TEST(ModelSize, FrozenLayersHaveNoTrainableParameters) {
  expect_size(size_of({20}, "Dense", {{"units", 8}, {"trainable", false}}), 0, 160);
}

TEST(ModelSize, SharedLayersCountTheirWeightsOnce) {
  ModelSpec model = sequential({4}, {layer("Dense", {{"units", 4}}, {})});
  model.layers[0].inbound = {{{-1, 0}}, {{0, 0}}};
  expect_size(model_size(model), 20, 32);
}

TEST(ModelSize, GoesPastWhatItDoesNotKnow) {
  expect_size(model_size(sequential(
                  {4}, {layer("Lambda", json::object(), {}), layer("Dense", {{"units", 3}}, {})})),
              15, 12);
  expect_size(model_size(sequential({4}, {layer("Dense", {{"units", "x"}}, {})})), 0, 0);
  expect_size(model_size(ModelSpec{}), 0, 0);
}

TEST(TrainingWork, FollowsItsFormula) {
  const ModelSpec model = sequential({20}, {layer("Dense", {{"units", 8}}, {})});
  FitSpec fit;
  fit.batch_size = 32;
  fit.epochs = 10;
  const double epoch = 100 * 6 * 160.0 + 4 * (12 * 168.0 + 2e6);
  EXPECT_DOUBLE_EQ(training_work(model, fit, 100), 10 * epoch / 1e9);
  fit.validation_split = 0.2;  // 80 rows are left, in 3 steps
  EXPECT_DOUBLE_EQ(training_work(model, fit, 100), 10 * (80 * 960.0 + 3 * (2016 + 2e6)) / 1e9);
  fit.validation_split = 0;
  fit.steps_per_epoch = 2;
  EXPECT_DOUBLE_EQ(training_work(model, fit, 100), 10 * (64 * 960.0 + 2 * (2016 + 2e6)) / 1e9);
}

TEST(TrainingWork, IsNeverNegativeOrInfinite) {
  const ModelSpec model = sequential({20}, {layer("Dense", {{"units", 8}}, {})});
  FitSpec fit;
  fit.batch_size = 0;
  EXPECT_GT(training_work(model, fit, 10), 0);
  fit.epochs = -3;
  EXPECT_EQ(training_work(model, fit, 10), 0);
  EXPECT_EQ(training_work(model, FitSpec{}, -5), 0);
}

}  // namespace
}  // namespace dlfix::trainer
