// A training's bits do not depend on what trains beside it.
#include <gtest/gtest.h>

#include "helpers.h"
#include "test_device.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

void expect_same_training(const TrainingResult& a, const TrainingResult& b) {
  ASSERT_EQ(a.status, TrainingStatus::kOk) << a.reason;
  ASSERT_EQ(b.status, TrainingStatus::kOk) << b.reason;
  ASSERT_EQ(a.epochs.size(), b.epochs.size());
  for (std::size_t e = 0; e < a.epochs.size(); ++e) {
    expect_same(a.epochs[e].loss, b.epochs[e].loss);
    expect_same(a.epochs[e].metric, b.epochs[e].metric);
  }
  // Every bit of the weights reaches the outputs.
  expect_same(a.evaluations[0].scores, b.evaluations[0].scores);
  expect_same(a.evaluations[0].loss, b.evaluations[0].loss);
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
    SCOPED_TRACE(activation);
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

struct Stack {
  const char* name;
  Shape shape;  ///< what 36 features are reshaped to
  std::vector<LayerSpec> layers;
};

LayerSpec wrapped(const char* wrapper, const char* name, json attributes) {
  return layer(wrapper, {{"layer", {{"class", name}, {"attributes", std::move(attributes)}}}});
}

// One small network for each family of layers.
std::vector<Stack> stacks() {
  const json none = json::object();
  const LayerSpec flatten = layer("Flatten", none);
  return {
      {"Separable",
       {6, 3, 2},
       {layer("SeparableConv2D", {{"filters", 5}, {"kernel_size", {3, 3}}, {"padding", "same"}}),
        layer("DepthwiseConv2D", {{"kernel_size", {2, 2}}, {"depth_multiplier", 2}}), flatten}},
      {"SeparableSequence",
       {9, 4},
       {layer("SeparableConv1D", {{"filters", 3}, {"kernel_size", {3}}}), flatten}},
      {"Noise",
       {36},
       {layer("GaussianNoise", {{"stddev", 0.3}}), dense(7, "selu"),
        layer("AlphaDropout", {{"rate", 0.2}}), layer("GaussianDropout", {{"rate", 0.2}})}},
      {"SpatialDropout",
       {9, 4},
       {layer("SpatialDropout1D", {{"rate", 0.4}}), flatten, layer("Dropout", {{"rate", 0.3}})}},
      {"Activations",
       {36},
       {dense(7, "linear"), layer("PReLU", none), layer("LeakyReLU", none), layer("ELU", none),
        layer("Softmax", none), layer("ReLU", {{"max_value", 0.9}})}},
      {"Normalisations",
       {9, 4},
       {layer("LayerNormalization", none), layer("BatchNormalization", none),
        layer("Rescaling", {{"scale", 0.5}, {"offset", 0.1}}), flatten}},
      {"Borders",
       {3, 6, 2},
       {layer("ZeroPadding2D", {{"padding", {{1, 0}, {2, 1}}}}),
        layer("Cropping2D", {{"cropping", {{0, 1}, {1, 0}}}}),
        layer("UpSampling2D", {{"size", {2, 1}}}),
        layer("AveragePooling2D", {{"pool_size", {2, 2}}}), layer("Permute", {{"dims", {3, 1, 2}}}),
        flatten}},
      {"SequenceBorders",
       {9, 4},
       {layer("ZeroPadding1D", {{"padding", 1}}), layer("UpSampling1D", {{"size", 2}}),
        layer("Cropping1D", {{"cropping", {1, 2}}}),
        layer("AveragePooling1D", {{"pool_size", {3}}, {"padding", "same"}}),
        layer("GlobalMaxPooling1D", none)}},
      {"Wrappers",
       {9, 4},
       {wrapped(
            "Bidirectional", "LSTM",
            {{"units", 3}, {"return_sequences", true}, {"dropout", 0.2}, {"activation", "tanh"}}),
        wrapped("TimeDistributed", "Dense", {{"units", 5}, {"activation", "relu"}}),
        layer("GlobalAveragePooling1D", none)}},
      {"Recurrences",
       {9, 4},
       {layer("Masking", none),
        layer("SimpleRNN", {{"units", 5}, {"return_sequences", true}, {"activation", "tanh"}}),
        layer("GRU", {{"units", 3}, {"reset_after", false}, {"activation", "tanh"}}),
        layer("RepeatVector", {{"n", 2}}), flatten}},
      {"Penalties",
       {36},
       {dense(7, "relu",
              {{"activity_regularizer", {{"class", "l1_l2"}, {"l1", 0.01}, {"l2", 0.02}}},
               {"kernel_constraint", {{"class", "max_norm"}, {"max_value", 0.8}, {"axis", 0}}}}),
        layer("ActivityRegularization", {{"l2", 0.01}})}},
  };
}

class IndependentLayers : public ::testing::TestWithParam<Stack> {};

TEST_P(IndependentLayers, AloneAndAmongOthers) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 29, 36, 3);
  TrainingRequest request = small_request(problem, 36, 3);
  std::vector<LayerSpec> layers{layer("Reshape", {{"target_shape", GetParam().shape}})};
  layers.insert(layers.end(), GetParam().layers.begin(), GetParam().layers.end());
  layers.push_back(dense(3, "softmax"));
  request.model = sequential(std::move(layers), {36});
  request.profile = "keras3";
  request.seed = 42;
  expect_independent(request, 100);
}

INSTANTIATE_TEST_SUITE_P(Families, IndependentLayers, ::testing::ValuesIn(stacks()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(Independence, EmbeddingsWithRepeatedIds) {
  const TemporaryFolder folder;
  Problem problem = make_problem(folder, "p", 29, 12, 3);
  std::vector<float> ids;
  for (int i = 0; i < 29 * 12; ++i) ids.push_back(float((i * 7 + i / 12) % 9));
  problem.x = write_array(folder.path("ids.npy"), {29, 12}, ids);
  for (const char* profile : {"tf23", "keras3"}) {
    TrainingRequest request = small_request(problem, 12, 3);
    request.model =
        sequential({layer("Embedding", {{"input_dim", 9}, {"output_dim", 4}, {"mask_zero", true}}),
                    layer("GRU", {{"units", 5}, {"activation", "tanh"}}), dense(3, "softmax")},
                   {12});
    request.profile = profile;
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
