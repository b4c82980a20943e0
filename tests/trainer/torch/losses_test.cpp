// Values and gradients measured with Keras 3.15.1, tf_keras 2.21 and its legacy line.
#include "trainer/torch/losses.h"

#include <gtest/gtest.h>

#include <cmath>

namespace dlfix::trainer {
namespace {

using nlohmann::json;

Tensor row(std::vector<float> values) {
  const auto size = static_cast<std::int64_t>(values.size());
  return at::tensor(values).view({1, 1, size});
}

struct Outcome {
  double value = 0;
  std::vector<double> gradient;
};

// Loss of one row of logits under an output activation; gradient with respect to the logits.
Outcome outcome(const std::string& loss, const std::string& activation, std::vector<float> logits,
                const Tensor& target, const char* profile_name) {
  const Profile& profile = find_profile(profile_name);
  Tensor z = row(std::move(logits)).set_requires_grad(true);
  const Activations output({activation}, profile);
  const Value value = output.apply({z, {}, {}});
  const LogitKind kind = value.kinds.empty() ? LogitKind::kNone : value.kinds[0];
  const LossTerm term =
      compute_loss({loss, json::object()}, value.tensor, value.logits, kind, target, profile);
  const Tensor start =
      term.gradient.defined() ? term.gradient : at::ones_like(term.entries.detach());
  const Tensor gradient = torch::autograd::grad({term.root}, {z}, {start})[0];
  Outcome result{term.entries.item<double>(), {}};
  for (std::int64_t i = 0; i < gradient.numel(); ++i) {
    result.gradient.push_back(gradient.flatten()[i].item<double>());
  }
  return result;
}

struct ValueCase {
  const char* loss;
  const char* profile;
  double expected;
};

class LossValue : public ::testing::TestWithParam<ValueCase> {};

TEST_P(LossValue, OfThreeClasses) {
  const auto& param = GetParam();
  const Tensor target = row({0, 1, 0});
  const LossTerm term = compute_loss({param.loss, json::object()}, row({0.2F, 0.7F, 0.1F}), {},
                                     LogitKind::kNone, target, find_profile(param.profile));
  EXPECT_NEAR(term.entries.item<double>(), param.expected, std::abs(param.expected) * 2e-6);
}

INSTANTIATE_TEST_SUITE_P(
    Golden, LossValue,
    ::testing::Values(ValueCase{"mean_squared_error", "keras3", 0.04666666667},
                      ValueCase{"mean_absolute_error", "keras3", 0.2},
                      ValueCase{"mean_absolute_percentage_error", "keras3", 100000010.0},
                      ValueCase{"mean_squared_logarithmic_error", "keras3", 0.02291250912},
                      ValueCase{"hinge", "keras3", 0.8666666667},
                      ValueCase{"hinge", "keras22", 0.7666666667},
                      ValueCase{"squared_hinge", "keras3", 0.9133333333},
                      ValueCase{"categorical_hinge", "keras3", 0.5},
                      ValueCase{"log_cosh", "keras3", 0.02306684353},
                      ValueCase{"kl_divergence", "keras3", 0.3566721115},
                      ValueCase{"poisson", "keras3", 0.4522249337},
                      ValueCase{"cosine_similarity", "keras3", -0.9525793444},
                      ValueCase{"huber", "keras3", 0.02333333333},
                      ValueCase{"categorical_crossentropy", "keras3", 0.3566749439},
                      ValueCase{"binary_crossentropy", "keras3", 0.2283930036}));

// A GPU's kernel, which the study ran, gives no number where a processor's raises.
TEST(SparseCrossEntropy, IdsThatNoOutputStandsFor) {
  const Tensor id = at::full({1, 1}, 5.0F);
  const auto inside = outcome("sparse_categorical_crossentropy", "linear", {0.4F}, id, "tf23");
  EXPECT_TRUE(std::isnan(inside.value));
  EXPECT_TRUE(std::isnan(inside.gradient[0]));
  const auto clipped = outcome("sparse_categorical_crossentropy", "linear", {1.7F}, id, "tf23");
  EXPECT_TRUE(std::isnan(clipped.value));
  EXPECT_EQ(clipped.gradient[0], 0);
}

struct LogitCase {
  const char* activation;
  const char* loss;
  double expected;
  std::vector<double> gradient;
};

class LogitLoss : public ::testing::TestWithParam<LogitCase> {};

TEST_P(LogitLoss, Keras3) {
  const auto& param = GetParam();
  const bool sparse = std::string(param.loss) == "sparse_categorical_crossentropy";
  const Tensor target = sparse ? row({1}) : row({0, 1, 0});
  const Outcome got = outcome(param.loss, param.activation, {0.5F, -1, 2}, target, "keras3");
  EXPECT_NEAR(got.value, param.expected, 2e-6 * param.expected);
  for (std::size_t i = 0; i < 3; ++i) EXPECT_NEAR(got.gradient[i], param.gradient[i], 2e-6) << i;
}

constexpr const char* kCategorical = "categorical_crossentropy";
constexpr const char* kSparse = "sparse_categorical_crossentropy";
constexpr const char* kBinary = "binary_crossentropy";

INSTANTIATE_TEST_SUITE_P(
    Golden, LogitLoss,
    ::testing::Values(
        LogitCase{"softmax", kCategorical, 3.241311312, {.17529041, -.96088743, .78559709}},
        LogitCase{"sigmoid", kCategorical, 3.241311312, {.17529041, -.96088743, .78559709}},
        LogitCase{"softmax", kSparse, 3.241311312, {.17529041, -.96088743, .78559709}},
        LogitCase{"softmax", kBinary, 1.471422195, {.20748645, -.24368620, .29359901}},
        LogitCase{"linear", kCategorical, 16.11809540, {0, 0, 0}},
        LogitCase{"linear", kSparse, 16.52356148, {.6666666, 0, 0}},
        LogitCase{"linear", kBinary, 10.91787624, {.6666667, 0, 0}},
        LogitCase{"relu", kSparse, 16.52356148, {.6666666, 0, 0}},
        LogitCase{"tanh", kCategorical, 16.11809540, {0, 0, 0}},
        LogitCase{"tanh", kSparse, 16.47307205, {.55145013, 0, .04953969}},
        LogitCase{"tanh", kBinary, 6.687737942, {.48737243, 0, .65467584}},
        LogitCase{"softplus", kCategorical, 2.388679266, {.18231127, -.77975011, .25797546}},
        LogitCase{"softplus", kSparse, 1.988105297, {.27213261, -.74094170, 0}},
        LogitCase{"hard_sigmoid", kCategorical, 1.658228159, {.09523809, -.40476191, .09523809}},
        LogitCase{"hard_sigmoid", kBinary, 1.255280375, {.13333336, -.16666669, .33333349}}));

TEST(Losses, SoftmaxUnderBinaryDependsOnTheProfile) {
  const Tensor target = row({0, 1, 0});
  EXPECT_NEAR(outcome(kBinary, "softmax", {0.5F, -1, 2}, target, "tf23").value, 1.6579767, 2e-6);
  EXPECT_NEAR(outcome(kBinary, "softmax", {0.5F, -1, 2}, target, "tf24").value, 1.4714222, 2e-6);
  EXPECT_NEAR(outcome(kCategorical, "sigmoid", {0.5F, -1, 2}, target, "tf23").value, 1.885482,
              3e-6);
  EXPECT_NEAR(outcome(kBinary, "linear", {0.5F, -1, 2}, target, "tf23").value, 10.455777, 1e-5);
}

TEST(Losses, FusedSoftmaxGradientIgnoresTheSumOfTheTarget) {
  const Outcome two = outcome(kCategorical, "softmax", {0.5F, -1, 2}, row({1, 1, 0}), "keras3");
  EXPECT_NEAR(two.value, 4.982622623, 5e-6);
  EXPECT_NEAR(two.gradient[0], -0.8247096, 1e-6);
  EXPECT_NEAR(two.gradient[1], -0.9608874, 1e-6);
  EXPECT_NEAR(two.gradient[2], 0.7855971, 1e-6);
  const Outcome none = outcome(kCategorical, "softmax", {0.5F, -1, 2}, row({0, 0, 0}), "keras3");
  EXPECT_EQ(none.value, 0);
  EXPECT_NEAR(none.gradient[2], 0.7855971, 1e-6);
  const Outcome unit = outcome(kCategorical, "softmax", {0.3F}, row({0}), "tf24");
  EXPECT_EQ(unit.value, 0);
  EXPECT_NEAR(unit.gradient[0], 1, 1e-7);
}

TEST(Losses, AllZeroRowIsNanForCategoricalAndFiniteForSparse) {
  const Tensor zeros = row({0, 0, 0});
  const Outcome sparse = outcome(kSparse, "linear", {0, 0, 0}, row({1}), "keras3");
  EXPECT_NEAR(sparse.value, std::log(3.0), 1e-6);
  EXPECT_NEAR(sparse.gradient[0], 0, 1e-7);
  EXPECT_TRUE(
      std::isnan(outcome(kCategorical, "linear", {0, 0, 0}, row({0, 1, 0}), "keras3").value));
}

struct MatrixCase {
  const char* loss;
  double one_hot;
  double ids;  ///< negative infinity: Keras raises
};

class TargetMatrix : public ::testing::TestWithParam<MatrixCase> {};

Tensor matrix_logits() {
  return at::tensor({.5F, -1.F, 2.F, 1.F, .2F, -.3F, -.4F, .9F, .1F, 2.F, -2.F, 0.F})
      .view({1, 4, 3});
}

double batch_loss(const char* loss, const Tensor& target) {
  const Profile& profile = find_profile("keras3");
  const Value output = Activations({"softmax"}, profile).apply({matrix_logits(), {}, {}});
  return compute_loss({loss, json::object()}, output.tensor, output.logits, LogitKind::kSoftmax,
                      target, profile)
      .entries.mean()
      .item<double>();
}

TEST_P(TargetMatrix, Keras3) {
  const auto& param = GetParam();
  const Tensor ids = at::tensor({1.F, 0.F, 2.F, 2.F}).view({1, 4, 1});
  const Tensor one_hot =
      at::one_hot(ids.to(at::kLong).view({-1}), 3).to(at::kFloat).view({1, 4, 3});
  EXPECT_NEAR(batch_loss(param.loss, one_hot), param.one_hot, std::abs(param.one_hot) * 2e-6);
  if (std::isfinite(param.ids)) {
    EXPECT_NEAR(batch_loss(param.loss, ids), param.ids, std::abs(param.ids) * 2e-6);
  }
}

INSTANTIATE_TEST_SUITE_P(
    Golden, TargetMatrix,
    ::testing::Values(MatrixCase{"mean_squared_error", 0.3566156, 1.6063066},
                      MatrixCase{"mean_absolute_error", 0.5003091, 1.0833333},
                      MatrixCase{"mean_absolute_percentage_error", 2.5015456e8, 8.3333408e7},
                      MatrixCase{"mean_squared_logarithmic_error", 0.1745478, 0.4541540},
                      MatrixCase{"hinge", 1.1669759, 0.6579301},
                      MatrixCase{"squared_hinge", 1.5235913, 0.5723662},
                      MatrixCase{"categorical_hinge", 1.3739969, 0.3951918},
                      MatrixCase{"log_cosh", 0.1616778, 0.5861696},
                      MatrixCase{"kl_divergence", 1.8177607, 3.8457355},
                      MatrixCase{"poisson", 0.9392542, 2.4618280},
                      MatrixCase{"cosine_similarity", -0.3663960, -0.9770372},
                      MatrixCase{"huber", 0.1783078, 0.6699941},
                      MatrixCase{"categorical_crossentropy", 1.8177636, -HUGE_VAL},
                      MatrixCase{"binary_crossentropy", 0.9521326, -HUGE_VAL}));

}  // namespace
}  // namespace dlfix::trainer
