// Layers against numbers measured with Keras, through a network of one layer.
#include <gtest/gtest.h>

#include <cmath>

#include "trainer/torch/failure.h"
#include "trainer/torch/network.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

struct OneLayer {
  ModelSpec model;
  Network network;
  Weights weights;

  OneLayer(const std::string& name, json attributes, const Shape& input,
           const char* profile = "keras3")
      : model(model_of(name, std::move(attributes), input)),
        network({&model}, {input}, find_profile(profile)),
        weights(network.initial_weights({1}, at::Device(at::kCPU))) {}

  static ModelSpec model_of(const std::string& name, json attributes, const Shape& input) {
    LayerSpec layer;
    layer.class_name = name;
    layer.attributes = std::move(attributes);
    layer.inbound = {{{-1, 0}}};
    ModelSpec model;
    model.layers = {layer};
    model.input_shapes = {input};
    model.inputs = {{-1, 0}};
    model.outputs = {{0, 0}};
    return model;
  }

  /// `rows`: [B, ...] of the only replica.
  Tensor operator()(const Tensor& rows, bool training = false) {
    const std::vector<std::uint64_t> seeds{1};
    ForwardContext context;
    context.training = training;
    context.seeds = &seeds;
    return network.forward({rows.unsqueeze(0)}, weights, context).tensor[0].detach();
  }

  /// Fills every weight with ((index mod 7) - 3) / 5.
  void fill_pattern() {
    at::NoGradGuard no_gradient;
    for (Tensor& weight : weights.by_layer[0]) {
      const Tensor index = at::arange(weight.numel(), at::kFloat);
      weight.copy_(((at::remainder(index, 7) - 3) / 5).view(weight.sizes()));
    }
  }
};

void expect_near(const Tensor& got, std::vector<double> expected, double tolerance = 1e-6) {
  ASSERT_EQ(got.numel(), static_cast<std::int64_t>(expected.size()));
  const Tensor flat = got.contiguous().flatten();
  for (std::size_t i = 0; i < expected.size(); ++i) {
    EXPECT_NEAR(flat[static_cast<std::int64_t>(i)].item<double>(), expected[i], tolerance) << i;
  }
}

Tensor sequence() { return at::tensor({1.F, -.5F, .3F, .8F, -1.F, .2F}).view({1, 3, 2}); }

TEST(Recurrent, GoldenStates) {
  OneLayer lstm("LSTM", {{"units", 2}, {"activation", "tanh"}}, {3, 2});
  lstm.fill_pattern();
  expect_near(lstm(sequence()), {.06333942, .12119139});
  OneLayer gru("GRU", {{"units", 2}, {"activation", "tanh"}}, {3, 2});
  gru.fill_pattern();
  expect_near(gru(sequence()), {.19849236, .31731245});
  OneLayer before("GRU", {{"units", 2}, {"activation", "tanh"}, {"reset_after", false}}, {3, 2});
  before.fill_pattern();
  expect_near(before(sequence()), {.17580721, .29838270});
  OneLayer simple("SimpleRNN", {{"units", 2}, {"activation", "tanh"}}, {3, 2});
  simple.fill_pattern();
  expect_near(simple(sequence()), {.18665828, .12562345});
}

TEST(Recurrent, ForgetGateStartsOpen) {
  OneLayer lstm("LSTM", {{"units", 2}}, {3, 2});
  expect_near(lstm.weights.by_layer[0][2], {0, 0, 1, 1, 0, 0, 0, 0});
}

TEST(BatchNormalization, MovesItsStatisticsAndUsesThem) {
  OneLayer norm("BatchNormalization", json::object(), {2});
  const Tensor x = at::tensor({1.F, 2.F, 3.F, 6.F}).view({2, 2});
  norm(x, true);
  expect_near(norm.weights.state, {.02, .04, 1.00, 1.03});
  expect_near(norm(x), {.97951037, 1.9303086, 2.9785113, 5.869714}, 2e-6);
}

TEST(BatchNormalization, VarianceOfImagesDependsOnTheProfile) {
  const Tensor x = at::tensor({1.F, 2.F, 3.F, 6.F}).view({1, 2, 2, 1});
  const double biased = 3.5;
  OneLayer later("BatchNormalization", json::object(), {2, 2, 1}, "keras3");
  later(x, true);
  expect_near(later.weights.state, {.03, .99 + .01 * biased});
  OneLayer before("BatchNormalization", json::object(), {2, 2, 1}, "tf23");
  before(x, true);
  expect_near(before.weights.state, {.03, .99 + .01 * biased * 4 / 3});
}

TEST(LayerNormalization, Golden) {
  OneLayer norm("LayerNormalization", json::object(), {3});
  expect_near(norm(at::tensor({1.F, 2.F, 4.F}).view({1, 3})), {-1.0687015, -.2671753, 1.3358770});
}

TEST(Convolution, ChannelsLastWithSamePaddingAtTheEnd) {
  // A kernel that picks the cell at its own place: with stride 2 on four cells only the end is
  // padded.
  OneLayer conv("Conv1D",
                {{"filters", 1}, {"kernel_size", {3}}, {"strides", {2}}, {"padding", "same"}},
                {4, 1});
  {
    at::NoGradGuard no_gradient;
    conv.weights.by_layer[0][0].copy_(at::tensor({1.F, 10.F, 100.F}).view({1, 3, 1, 1}));
    conv.weights.by_layer[0][1].zero_();
  }
  expect_near(conv(at::tensor({1.F, 2.F, 3.F, 4.F}).view({1, 4, 1})), {321, 43}, 1e-4);
}

TEST(Convolution, AgreesWithItsDefinition) {
  OneLayer conv("Conv2D", {{"filters", 2}, {"kernel_size", {2, 3}}}, {3, 4, 2});
  const Tensor x = at::arange(24, at::kFloat).view({1, 3, 4, 2}) / 10;
  const Tensor kernel = conv.weights.by_layer[0][0][0].detach();
  Tensor expected = at::zeros({1, 2, 2, 2});
  for (int i = 0; i < 2; ++i) {
    for (int j = 0; j < 2; ++j) {
      const Tensor window = x[0].narrow(0, i, 2).narrow(1, j, 3);
      expected[0][i][j].copy_((window.unsqueeze(-1) * kernel).sum({0, 1, 2}));
    }
  }
  EXPECT_TRUE(at::allclose(conv(x), expected, 1e-5, 1e-5));
}

TEST(Pooling, PadsAsKerasDoes) {
  const Tensor x = at::tensor({-1.F, -2.F, -3.F, -4.F, -5.F}).view({1, 5, 1});
  OneLayer max("MaxPooling1D", {{"pool_size", {2}}, {"padding", "same"}}, {5, 1});
  expect_near(max(x), {-1, -3, -5});
  OneLayer valid("MaxPooling1D", {{"pool_size", {2}}}, {5, 1});
  expect_near(valid(x), {-1, -3});
  OneLayer average("AveragePooling1D", {{"pool_size", {2}}, {"padding", "same"}}, {5, 1});
  expect_near(average(x), {-1.5, -3.5, -5});
}

TEST(Pooling, Global) {
  const Tensor x = at::tensor({1.F, 2.F, 5.F, 4.F, 3.F, 9.F}).view({1, 3, 2});
  OneLayer max("GlobalMaxPooling1D", json::object(), {3, 2});
  expect_near(max(x), {5, 9});
  OneLayer mean("GlobalAveragePooling1D", json::object(), {3, 2});
  expect_near(mean(x), {3, 5});
}

TEST(Dropout, DropsItsShareAndScalesTheRest) {
  OneLayer dropout("Dropout", {{"rate", 0.3}}, {1000});
  const Tensor ones = at::ones({200, 1000});
  const Tensor y = dropout(ones, true);
  EXPECT_NEAR((y == 0).to(at::kFloat).mean().item<double>(), 0.3, 0.003);
  EXPECT_NEAR(y.max().item<double>(), 1 / 0.7, 1e-6);
  EXPECT_TRUE(dropout(ones, false).equal(ones));
}

TEST(Dropout, RateOneDependsOnTheProfile) {
  OneLayer zeros("Dropout", {{"rate", 1.0}}, {4});
  expect_near(zeros(at::ones({1, 4}), true), {0, 0, 0, 0});
  EXPECT_THROW(OneLayer("Dropout", {{"rate", 1.0}}, {4}, "tf23"), TrainingFailure);
  OneLayer identity("Dropout", {{"rate", 1.0}}, {4}, "keras22");
  expect_near(identity(at::ones({1, 4}), true), {1, 1, 1, 1});
}

TEST(Shape, FlattenKeepsChannelsLastOrder) {
  OneLayer flatten("Flatten", json::object(), {2, 1, 2});
  expect_near(flatten(at::arange(4, at::kFloat).view({1, 2, 1, 2})), {0, 1, 2, 3});
  EXPECT_THROW(OneLayer("Reshape", {{"target_shape", {3, -1}}}, {4}), TrainingFailure);
}

struct ActivationCase {
  const char* name;
  const char* profile;
  std::vector<double> expected;
};

class ActivationValues : public ::testing::TestWithParam<ActivationCase> {};

TEST_P(ActivationValues, Golden) {
  const Tensor x = at::tensor({-2.F, -.5F, 0.F, .5F, 2.F});
  expect_near(activate(GetParam().name, x, find_profile(GetParam().profile)), GetParam().expected,
              3e-7);
}

INSTANTIATE_TEST_SUITE_P(
    All, ActivationValues,
    ::testing::Values(
        ActivationCase{"hard_sigmoid",
                       "keras3",
                       {0.1666666667, 0.4166666667, 0.5, 0.5833333333, 0.8333333333}},
        ActivationCase{"hard_sigmoid", "tf23", {0.1, 0.4, 0.5, 0.6, 0.9}},
        ActivationCase{"leaky_relu", "keras3", {-0.4, -0.1, 0, 0.5, 2}},
        ActivationCase{"elu", "keras3", {-0.8646647, -0.3934693, 0, 0.5, 2}},
        ActivationCase{"selu", "keras3", {-1.5201665, -0.6917582, 0, 0.5253505, 2.1014020}},
        ActivationCase{"gelu", "keras3", {-0.0455003, -0.1542688, 0, 0.3457312, 1.9544997}},
        ActivationCase{"silu", "keras3", {-0.2384058, -0.1887704, 0, 0.3112297, 1.7615942}},
        ActivationCase{"hard_silu", "keras3", {-0.3333333, -0.2083333, 0, 0.2916667, 1.6666667}},
        ActivationCase{"mish", "keras3", {-0.2525015, -0.2207438, 0, 0.3752452, 1.9439590}},
        ActivationCase{
            "softplus", "keras3", {0.1269280, 0.4740770, 0.6931472, 0.9740770, 2.1269281}},
        ActivationCase{
            "log_sigmoid", "keras3", {-2.1269281, -0.9740770, -0.6931472, -0.4740770, -0.1269280}},
        ActivationCase{"softsign", "keras3", {-0.6666667, -0.3333333, 0, 0.3333333, 0.6666667}},
        ActivationCase{"hard_tanh", "keras3", {-1, -.5, 0, .5, 1}},
        ActivationCase{"hard_shrink", "keras3", {-2, 0, 0, 0, 2}},
        ActivationCase{"soft_shrink", "keras3", {-1.5, 0, 0, 0, 1.5}},
        ActivationCase{"squareplus", "keras3", {0.4142135, 0.7807764, 1, 1.2807764, 2.4142137}},
        ActivationCase{"sparse_plus", "keras3", {0, .0625, .25, .5625, 2}},
        ActivationCase{"sparse_sigmoid", "keras3", {0, .25, .5, .75, 1}}));

TEST(Activations, SigmoidOfFarNumbersAndItsGradient) {
  Tensor x = at::tensor({-200.F, 0.F, 200.F}).set_requires_grad(true);
  const Tensor y = keras_sigmoid(x);
  const Tensor gradient = torch::autograd::grad({y.sum()}, {x})[0];
  EXPECT_FALSE(at::isnan(gradient).any().item<bool>());
  EXPECT_NEAR(gradient[1].item<double>(), 0.25, 1e-7);
  EXPECT_TRUE(std::isnan(keras_sigmoid(at::full({1}, NAN)).item<double>()));
}

TEST(Activations, BitsDoNotDependOnThePosition) {
  const Profile& profile = find_profile("keras3");
  const Tensor x = at::linspace(-5, 5, 1003, at::kFloat);
  for (const char* name : {"sigmoid", "tanh", "softplus", "elu", "selu", "silu", "softsign",
                           "exponential", "gelu", "mish", "hard_sigmoid"}) {
    const Tensor whole = activate(name, x, profile);
    for (std::int64_t i = 0; i < x.numel(); i += 17) {
      const Tensor one = activate(name, x.narrow(0, i, 1).clone(), profile);
      EXPECT_TRUE(one.equal(whole.narrow(0, i, 1))) << name << " " << i;
    }
  }
}

}  // namespace
}  // namespace dlfix::trainer
