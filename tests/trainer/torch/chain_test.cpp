// Steps whose gradients we compute ourselves, against autograd.
#include "trainer/torch/chain.h"

#include <gtest/gtest.h>

#include "helpers.h"
#include "trainer/torch/penalties.h"
#include "trainer/torch/steps.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

constexpr std::int64_t kRows = 12;
constexpr std::int64_t kFeatures = 36;
constexpr std::uint64_t kStep = 3;

struct ChainCase {
  const char* name;
  std::vector<LayerSpec> layers;
  const char* loss = "categorical_crossentropy";
  const char* profile = "tf23";
};

LayerSpec images() { return layer("Reshape", {{"target_shape", {6, 3, 2}}}); }
LayerSpec steps() { return layer("Reshape", {{"target_shape", {9, 4}}}); }
LayerSpec flatten() { return layer("Flatten", json::object()); }
LayerSpec dropout(double rate) { return layer("Dropout", {{"rate", rate}}); }
LayerSpec convolution(const char* padding, const char* activation, int stride = 1) {
  return layer("Conv2D", {{"filters", 4},
                          {"kernel_size", {2, 2}},
                          {"strides", {stride, stride}},
                          {"padding", padding},
                          {"activation", activation}});
}

std::vector<ChainCase> chain_cases() {
  const json l1{{"class", "l1_l2"}, {"l1", 0.02}, {"l2", 0.03}};
  return {
      {"Activations",
       {dense(7, "relu"), dense(6, "tanh"), dense(6, "selu"), dense(5, "elu"), dense(5, "softplus"),
        dense(5, "hard_sigmoid"), dense(5, "exponential"), dense(5, "softmax"), dense(5, "swish"),
        dense(5, "softsign"), dense(4, "sigmoid"), dense(3, "softmax")}},
      {"LaterActivations",
       {dense(7, "hard_sigmoid"), dense(6, "gelu"), dense(3, "softmax")},
       "categorical_crossentropy",
       "keras3"},
      {"SeveralAtTheEnd",
       {dense(5, "relu"), dense(3, "tanh"), layer("Activation", {{"activation", "softmax"}})}},
      {"LogitsOfAnEarlierActivation",
       {dense(5, "relu"), dense(3, "softmax"), layer("Activation", {{"activation", "linear"}})}},
      {"Dropout",
       {dropout(0.2), dense(6, "relu"), dropout(0.5), dense(6, "linear"),
        layer("Activation", {{"activation", "relu"}}), dropout(0), dense(3, "sigmoid")},
       "binary_crossentropy"},
      {"Penalties",
       {dense(6, "tanh", {{"kernel_regularizer", l1}, {"activity_regularizer", l1}}),
        layer("Activation", {{"activation", "sigmoid"}, {"activity_regularizer", "l2"}}),
        dense(3, "softmax", {{"activity_regularizer", "l1"}})},
       "mean_squared_error"},
      {"Images",
       {images(), convolution("same", "relu"), layer("MaxPooling2D", {{"pool_size", {2, 1}}}),
        convolution("valid", "tanh"), flatten(), dense(3, "softmax")}},
      {"StridedImages",
       {images(), convolution("same", "sigmoid", 2),
        layer("MaxPooling2D", {{"pool_size", {2, 2}}, {"padding", "same"}}), flatten(),
        dense(3, "softmax")}},
      {"Averages",
       {images(), convolution("same", "linear"), layer("AveragePooling2D", {{"pool_size", {2, 2}}}),
        flatten(), dense(3, "softmax")}},
      {"Sequences",
       {steps(), layer("Conv1D", {{"filters", 5}, {"kernel_size", {3}}, {"padding", "causal"}}),
        layer("MaxPooling1D", {{"pool_size", {2}}}), dense(4, "relu"), flatten(),
        dense(3, "linear")},
       "hinge"},
      {"FrozenLayers",
       {dense(6, "relu", {{"trainable", false}}), dense(5, "tanh"),
        dense(3, "softmax", {{"use_bias", false}})}},
  };
}

// Two replicas that differ in what may differ: the second has other functions.
std::vector<TrainingRequest> requests_of(const ChainCase& subject) {
  TrainingRequest first;
  first.model = sequential(subject.layers, {kFeatures});
  first.compile.loss = subject.loss;
  first.compile.optimizer = {"sgd", 0.1, json::object()};
  first.profile = subject.profile;
  first.seed = 5;
  TrainingRequest second = first;
  second.seed = 6;
  second.compile.loss = "mean_absolute_error";
  for (LayerSpec& layer : second.model.layers) {
    if (layer.attributes.contains("activation")) layer.attributes["activation"] = "tanh";
    if (layer.attributes.contains("rate")) layer.attributes["rate"] = 0.3;
    layer.attributes.erase("activity_regularizer");
  }
  return {first, second};
}

FitData random_data() {
  at::manual_seed(1);
  FitData data;
  data.train.inputs = {at::randn({kRows, kFeatures})};
  data.train.labels = at::one_hot(at::randint(0, 3, {kRows}), 3).to(at::kFloat);
  data.train.count = kRows;
  return data;
}

// The same by autograd alone.
Tensor recorded_gradient(const Group& group, const Rows& rows, const Tensor& index, Tensor& loss) {
  ForwardContext context;
  Tensor penalty;
  context.training = true;
  context.step = kStep;
  context.seeds = &group.seeds();
  context.penalty = &penalty;
  const Value output = group.network().forward(
      gather_inputs(rows, group.input_shapes(), index, group.replicas()), group.weights(), context);
  const BatchLoss batch =
      group.head().compute(output, rows.gather(rows.labels, index, group.replicas()), {});
  torch::autograd::variable_list roots = batch.roots;
  torch::autograd::variable_list starts = batch.starts;
  if (penalty.defined()) {
    roots.push_back(penalty);
    starts.push_back(at::ones_like(penalty));
  }
  const auto gradients =
      torch::autograd::grad(roots, group.weights().trainable, starts, {}, false, true);
  Tensors parts;
  for (const Tensor& gradient : gradients)
    parts.push_back(gradient.reshape({group.replicas(), -1}));
  const Tensor flat = at::cat(parts, 1);
  at::NoGradGuard no_gradient;
  loss = batch.values + (penalty.defined() ? penalty.detach() : at::zeros_like(batch.values));
  const Tensor decay = add_penalties(group.network(), group.weights(), flat);
  if (decay.defined()) loss = loss + decay;
  return flat;
}

class Chains : public ::testing::TestWithParam<ChainCase> {};

TEST_P(Chains, GradientsAreAutogradsOwn) {
  const auto requests = requests_of(GetParam());
  const FitData data = random_data();
  Group group({&requests[0], &requests[1]}, data, find_profile(GetParam().profile),
              at::Device(at::kCPU));
  ASSERT_FALSE(group.network().chain().calls.empty());
  const Tensor index = at::randint(0, kRows, {2 * 8}, at::kLong);
  const BatchPass pass = run_batch(group, data.train, index, {}, kStep);
  Tensor loss;
  const Tensor expected = recorded_gradient(group, data.train, index, loss);
  EXPECT_LT((pass.loss - loss).abs().max().item<double>(), 1e-5 * loss.abs().max().item<double>());
  const double largest = expected.abs().max().item<double>();
  EXPECT_GT(largest, 0);
  EXPECT_LT((pass.gradients - expected).abs().max().item<double>(), 1e-5 * largest);
}

INSTANTIATE_TEST_SUITE_P(All, Chains, ::testing::ValuesIn(chain_cases()),
                         [](const auto& info) { return info.param.name; });

TEST(Chain, NetworksThatBranchHaveNone) {
  TrainingRequest request = requests_of(chain_cases()[0])[0];
  request.model = sequential(
      {dense(6, "relu"), dense(6, "relu"), layer("Add", json::object()), dense(3, "softmax")},
      {kFeatures});
  request.model.layers[2].inbound = {{{0, 0}, {1, 0}}};
  const Network network({&request.model}, {{kFeatures}}, find_profile("tf23"));
  EXPECT_TRUE(network.chain().calls.empty());
}

}  // namespace
}  // namespace dlfix::trainer::testing
