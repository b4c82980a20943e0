// One weight of 0.5, three gradients; vectors of tf.keras, Keras 2 and Keras 3.
#include "trainer/torch/optimizers.h"

#include <gtest/gtest.h>

namespace dlfix::trainer {
namespace {

using nlohmann::json;

struct RuleCase {
  std::string profile, name;
  double rate;
  json options;
  std::array<double, 3> expected;
  std::array<double, 3> gradients{0.1, -0.2, 0.3};
};

// A Dense layer without bias on one input has exactly one weight.
ModelSpec one_weight_model(json attributes = json::object()) {
  LayerSpec dense;
  dense.class_name = "Dense";
  dense.attributes = std::move(attributes);
  dense.attributes["units"] = 1;
  dense.attributes["use_bias"] = false;
  dense.inbound = {{{-1, 0}}};
  ModelSpec model;
  model.layers = {dense};
  model.input_shapes = {{1}};
  model.inputs = {{-1, 0}};
  model.outputs = {{0, 0}};
  return model;
}

std::vector<double> run_steps(const RuleCase& subject, json layer_attributes = json::object()) {
  const Profile& profile = find_profile(subject.profile);
  const ModelSpec model = one_weight_model(std::move(layer_attributes));
  const Network network({&model}, {{1}}, profile);
  const Tensor weight = at::full({1, 1}, 0.5, at::kFloat);
  const OptimizerSpec spec{subject.name, subject.rate, subject.options};
  Optimizer optimizer({&spec}, profile, network, weight);
  std::vector<double> values;
  for (double gradient : subject.gradients) {
    optimizer.step(network, weight, at::full({1, 1}, gradient, at::kFloat),
                   std::vector<float>{static_cast<float>(subject.rate)});
    values.push_back(weight.item<double>());
  }
  return values;
}

class Rules : public ::testing::TestWithParam<RuleCase> {};

TEST_P(Rules, GoldenVector) {
  const auto values = run_steps(GetParam());
  for (std::size_t i = 0; i < 3; ++i) {
    EXPECT_NEAR(values[i], GetParam().expected[i], 1e-7) << GetParam().name << " step " << i + 1;
  }
}

const json kNone = json::object();

INSTANTIATE_TEST_SUITE_P(
    Tf23, Rules,
    ::testing::Values(
        RuleCase{"tf23", "sgd", 0.01, kNone, {0.4990000000, 0.5010000000, 0.4980000000}},
        RuleCase{
            "tf23", "sgd", 0.01, {{"momentum", 0.9}}, {0.4990000000, 0.5001000000, 0.4980900000}},
        RuleCase{"tf23",
                 "sgd",
                 0.01,
                 {{"momentum", 0.9}, {"nesterov", true}},
                 {0.4981000000, 0.5010900000, 0.4962810000}},
        RuleCase{"tf23", "rmsprop", 0.001, kNone, {0.4968377323, 0.4996948711, 0.4971042346}},
        RuleCase{"tf23", "adagrad", 0.001, kNone, {0.4996984887, 0.5002148864, 0.4996025141}},
        RuleCase{"keras231",
                 "adagrad",
                 0.01,
                 {{"initial_accumulator_value", 0.0}},
                 {0.4900000100, 0.4989442779, 0.4909264478}},
        RuleCase{"tf23", "adadelta", 0.001, kNone, {0.4999985859, 0.5000003837, 0.4999982194}},
        RuleCase{"keras231", "adadelta", 1.0, kNone, {0.4985859278, 0.5003836679, 0.4982194136}},
        RuleCase{"tf23", "adam", 0.001, kNone, {0.4990000316, 0.4993661300, 0.4990228918}},
        RuleCase{"tf23", "adamax", 0.001, kNone, {0.4990000010, 0.4992894745, 0.4990422421}},
        RuleCase{"keras231", "adamax", 0.002, kNone, {0.4980000020, 0.4985789491, 0.4980844843}},
        RuleCase{"tf23", "nadam", 0.001, kNone, {0.4989435493, 0.4998501062, 0.4989665399}},
        RuleCase{"keras231", "nadam", 0.002, kNone, {0.4978870986, 0.4997002124, 0.4979330798}},
        RuleCase{"tf23",
                 "nadam",
                 0.001,
                 {{"schedule_decay", 0.1}},
                 {0.4989429386, 0.4998470032, 0.4989687428}},
        RuleCase{"tf23", "ftrl", 0.001, kNone, {0.0229671940, 0.0234835918, 0.0228712194}},
        RuleCase{"tf23",
                 "adam",
                 0.001,
                 kNone,
                 {0.4997597469, 0.4994507833, 0.4990970083},
                 {1e-6, 1e-6, 1e-6}}));

INSTANTIATE_TEST_SUITE_P(
    Keras3, Rules,
    ::testing::Values(
        RuleCase{"keras3",
                 "sgd",
                 0.01,
                 {{"weight_decay", 0.1}},
                 {0.4985000000, 0.5000015000, 0.4965014985}},
        RuleCase{"keras3", "rmsprop", 0.001, kNone, {0.4968378804, 0.4996949941, 0.4971043650}},
        RuleCase{"tf211", "rmsprop", 0.001, kNone, {0.4968378804, 0.4996949941, 0.4971043650}},
        RuleCase{"keras3",
                 "rmsprop",
                 0.001,
                 {{"momentum", 0.9}},
                 {0.4968378804, 0.4968490865, 0.4942685429}},
        RuleCase{"keras3",
                 "rmsprop",
                 0.001,
                 {{"centered", true}},
                 {0.4966668518, 0.4995599085, 0.4969293505}},
        RuleCase{"keras3", "adagrad", 0.001, kNone, {0.4996984888, 0.5002148864, 0.4996025141}},
        RuleCase{"keras3",
                 "adagrad",
                 0.01,
                 {{"initial_accumulator_value", 0.0}},
                 {0.4900000500, 0.4989443130, 0.4909264786}},
        RuleCase{"keras3",
                 "adamw",
                 0.001,
                 {{"weight_decay", 0.004}},
                 {0.4989980316, 0.4993621340, 0.4990168984}},
        RuleCase{"keras3", "nadam", 0.001, kNone, {0.4989372133, 0.4998188784, 0.4989871558}},
        RuleCase{"keras3",
                 "ftrl",
                 0.05,
                 {{"l2_regularization_strength", 0.02}},
                 {0.0081440278, 0.0338312684, 0.0033371384}},
        RuleCase{"keras3",
                 "rmsprop",
                 0.001,
                 kNone,
                 {0.4999968377, 0.4999936754, 0.4999905132},
                 {1e-6, 1e-6, 1e-6}},
        RuleCase{"keras3",
                 "nadam",
                 0.001,
                 kNone,
                 {0.4990338293, 0.4983305650, 0.4976838966},
                 {1e-6, 1e-6, 1e-6}}));

TEST(Optimizer, LegacyDecayLowersTheRate) {
  const auto values = run_steps({"tf23", "sgd", 0.1, {{"decay", 1.0}}, {}});
  EXPECT_NEAR(values[0], 0.49, 1e-7);
  EXPECT_NEAR(values[1], 0.50, 1e-7);
  EXPECT_NEAR(values[2], 0.49, 1e-7);
}

TEST(Optimizer, ClipsActPerVersion) {
  const auto frozen = run_steps({"tf23", "sgd", 0.1, {{"clipnorm", 0.0}}, {}});
  EXPECT_NEAR(frozen[2], 0.5, 1e-7);
  const auto off = run_steps({"keras3", "sgd", 0.1, {{"clipnorm", 0.0}}, {}});
  EXPECT_NEAR(off[0], 0.49, 1e-7);
  const auto value = run_steps({"keras3", "sgd", 0.1, {{"clipvalue", 0.05}}, {}});
  EXPECT_NEAR(value[0], 0.495, 1e-7);
  EXPECT_NEAR(value[1], 0.5, 1e-7);
  const auto norm = run_steps({"keras3", "sgd", 0.1, {{"clipnorm", 0.15}}, {}});
  EXPECT_NEAR(norm[0], 0.49, 1e-7);
  EXPECT_NEAR(norm[1], 0.505, 1e-7);
}

// Standalone Keras takes the norm of all gradients together and ignores a clip of 0.
TEST(Optimizer, ClipnormOfStandaloneKerasIsGlobal) {
  const Profile& profile = find_profile("keras231");
  ModelSpec model = one_weight_model(kNone);
  model.layers[0].attributes["use_bias"] = true;
  const Network network({&model}, {{1}}, profile);
  const OptimizerSpec spec{"sgd", 1.0, {{"clipnorm", 1.0}}};
  const Tensor weights = at::zeros({1, 2}, at::kFloat);
  Optimizer optimizer({&spec}, profile, network, weights);
  optimizer.step(network, weights, at::tensor({3.0F, 4.0F}).view({1, 2}), std::vector<float>{1});
  EXPECT_NEAR(weights[0][0].item<double>(), -0.6, 1e-6);
  EXPECT_NEAR(weights[0][1].item<double>(), -0.8, 1e-6);
  const auto off = run_steps({"keras231", "sgd", 0.1, {{"clipnorm", 0.0}}, {}});
  EXPECT_NEAR(off[0], 0.49, 1e-7);
}

// TF 2.3 clips norms before values, TF 2.4 to 2.10 values before norms.
TEST(Optimizer, OrderOfBothClips) {
  const json both{{"clipnorm", 0.05}, {"clipvalue", 0.02}};
  for (const char* profile : {"tf23", "tf24"}) {
    ModelSpec model = one_weight_model(kNone);
    model.layers[0].attributes["units"] = 2;
    const Network network({&model}, {{1}}, find_profile(profile));
    const OptimizerSpec spec{"sgd", 1.0, both};
    const Tensor weights = at::zeros({1, 2}, at::kFloat);
    Optimizer optimizer({&spec}, find_profile(profile), network, weights);
    optimizer.step(network, weights, at::tensor({0.1F, 0.01F}).view({1, 2}), std::vector<float>{1});
    const bool values_first = std::string(profile) == "tf24";
    EXPECT_NEAR(weights[0][0].item<double>(), -0.02, 1e-6) << profile;
    EXPECT_NEAR(weights[0][1].item<double>(), values_first ? -0.01 : -0.00497519, 1e-6) << profile;
  }
}

TEST(Optimizer, MaxNormActsAfterTheStep) {
  const auto values =
      run_steps({"keras3", "sgd", 0.1, kNone, {}},
                {{"kernel_constraint", {{"class", "max_norm"}, {"max_value", 0.3}, {"axis", 0}}}});
  EXPECT_NEAR(values[0], 0.3, 1e-6);
}

TEST(Optimizer, LionStepsByTheSign) {
  const auto values = run_steps({"keras3", "lion", 0.001, kNone, {}});
  EXPECT_NEAR(values[0], 0.499, 1e-7);
  EXPECT_NEAR(values[1], 0.500, 1e-7);
  EXPECT_NEAR(values[2], 0.499, 1e-7);
}

}  // namespace
}  // namespace dlfix::trainer
