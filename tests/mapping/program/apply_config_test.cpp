#include <gtest/gtest.h>

#include <set>

#include "mapping/program/program.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;
using support::InputError;

json layer(const char* class_name, const char* name, json attributes, json inbound) {
  return {{"class", class_name}, {"name", name}, {"attributes", attributes}, {"inbound", inbound}};
}

json hyperparameter(const char* name, const char* kind, json layer, const char* attribute,
                    json value) {
  return {{"name", name},
          {"kind", kind},
          {"layer", layer},
          {"attribute", attribute},
          {"value", value},
          {"file", "m.py"},
          {"edit", {{"form", "literal"}, {"quote", "'"}}}};
}

// Dense(16) - Dense(8) - Activation - Flatten - Dense(2), trained with sgd.
json document() {
  const auto reads = [](int index) {
    return json::array({json::array({json::array({index, 0})})});
  };
  json result = {{"version", 1}, {"program", "m.py"}, {"evaluate", json::array()}};
  result["models"] = {
      {{"selected", true},
       {"kind", "sequential"},
       {"layers",
        {layer("Dense", "dense", {{"units", 16}, {"activation", "relu"}}, reads(-1)),
         layer("Dense", "dense_1", {{"units", 8}, {"activation", "linear"}}, reads(0)),
         layer("Activation", "activation", {{"activation", "tanh"}}, reads(1)),
         layer("Flatten", "flatten", json::object(), reads(2)),
         layer("Dense", "dense_2", {{"units", 2}, {"activation", "softmax"}}, reads(3))}},
       {"inputs", {{{"shape", {4}}, {"layer", -1}}}},
       {"outputs", json::array({json::array({4, 0})})}}};
  result["compile"] = {{"loss", "mean_squared_error"},
                       {"optimizer",
                        {{"class", "sgd"},
                         {"learning_rate", 0.1},
                         {"momentum", 0.9},
                         {"nesterov", false},
                         {"clipnorm", 1.0}}},
                       {"metrics", {"accuracy"}}};
  result["fit"] = {{"batch_size", 32}, {"epochs", 12}, {"initial_epoch", 2}};
  result["hyperparameters"] = {
      hyperparameter("act2", "activation", 2, "activation", "tanh"),
      hyperparameter("ki1", "kernel_initializer", 0, "kernel_initializer", "glorot_uniform"),
      hyperparameter("bi1", "bias_initializer", 0, "bias_initializer", "zeros"),
      hyperparameter("reg1", "kernel_regularizer", 0, "kernel_regularizer", nullptr),
      hyperparameter("unit1", "units", 0, "units", 16),
      hyperparameter("layer2", "layer_repeat", 1, "repeat", 1),
      hyperparameter("bn1", "batch_normalization", 0, "inserted", false),
      hyperparameter("bn2", "batch_normalization", 1, "inserted", false),
      hyperparameter("drop2", "dropout_insert", 1, "inserted", 0.0),
      hyperparameter("drop3", "dropout_insert", 4, "inserted", 0.0),
      hyperparameter("loss", "loss", nullptr, "loss", "mean_squared_error"),
      hyperparameter("optimizer", "optimizer", nullptr, "optimizer", "sgd"),
      hyperparameter("lr", "learning_rate", nullptr, "learning_rate", 0.1),
      hyperparameter("momentum", "momentum", nullptr, "momentum", 0.9),
      hyperparameter("epochs", "epochs", nullptr, "epochs", 12),
      hyperparameter("scale", "scale", nullptr, "scale", false)};
  return result;
}

std::vector<std::string> classes(const trainer::ModelSpec& model) {
  std::vector<std::string> names;
  for (const auto& entry : model.layers) names.push_back(entry.class_name);
  return names;
}

// In a chain every layer reads the one before, and names are never used twice.
void expect_chain(const trainer::ModelSpec& model) {
  std::set<std::string> names;
  for (std::size_t index = 0; index < model.layers.size(); ++index) {
    const auto before = static_cast<std::int64_t>(index) - 1;
    EXPECT_EQ(model.layers[index].inbound.at(0).at(0), (trainer::NodeRef{before, 0}));
    names.insert(model.layers[index].name);
  }
  EXPECT_EQ(names.size(), model.layers.size());
  EXPECT_EQ(model.outputs.at(0).layer, static_cast<std::int64_t>(model.layers.size()) - 1);
}

class ApplyConfig : public ::testing::Test {
 protected:
  ConfiguredProgram apply(const Config& changes) const { return apply_config(program_, changes); }
  Program program_ = parse_program(document(), "/data");
};

TEST_F(ApplyConfig, OwnConfigChangesNothing) {
  const auto result = apply(program_.config());
  EXPECT_EQ(classes(result.model), classes(program_.model));
  EXPECT_EQ(result.compile.optimizer.options, program_.compile.optimizer.options);
  EXPECT_EQ(result.fit.epochs, 10);
}

TEST_F(ApplyConfig, SpellingsBecomeTheNormalForm) {
  const auto result =
      apply({{"ki1", "RandomNormal"}, {"bi1", "Ones"}, {"act2", nullptr}, {"reg1", "l2"}});
  const auto& first = result.model.layers[0].attributes;
  EXPECT_EQ(first["kernel_initializer"],
            (json{{"class", "random_normal"}, {"mean", 0.0}, {"stddev", 0.05}}));
  EXPECT_EQ(first["bias_initializer"], (json{{"class", "ones"}}));
  EXPECT_EQ(first["kernel_regularizer"], (json{{"class", "l1_l2"}, {"l1", 0.0}, {"l2", 0.01}}));
  EXPECT_EQ(result.model.layers[2].attributes["activation"], "linear");
}

TEST_F(ApplyConfig, LossAliasesAndEpochs) {
  const auto result = apply({{"loss", "kld"}, {"epochs", 20.0}});
  EXPECT_EQ(result.compile.loss, "kl_divergence");
  EXPECT_EQ(result.fit.epochs, 18);
  EXPECT_EQ(apply({{"loss", "mse"}}).compile.loss, "mean_squared_error");
}

TEST_F(ApplyConfig, AnotherOptimizerKeepsRateAndWhatItShares) {
  const auto optimizer = apply({{"optimizer", "Adam"}}).compile.optimizer;
  EXPECT_EQ(optimizer.name, "adam");
  EXPECT_EQ(optimizer.learning_rate, 0.1);
  EXPECT_EQ(optimizer.options, (json{{"clipnorm", 1.0}}));
  EXPECT_EQ(
      apply({{"optimizer", "rmsprop"}, {"momentum", 0.5}}).compile.optimizer.options["momentum"],
      0.5);
  EXPECT_THROW(apply({{"optimizer", "adam"}, {"momentum", 0.5}}), InputError);
}

TEST_F(ApplyConfig, RepeatsAndRemovesLayers) {
  const auto more = apply({{"layer2", 3}});
  EXPECT_EQ(classes(more.model), (std::vector<std::string>{"Dense", "Dense", "Dense", "Dense",
                                                           "Activation", "Flatten", "Dense"}));
  expect_chain(more.model);
  const auto less = apply({{"layer2", 0}});
  EXPECT_EQ(less.model.layers.size(), 4u);
  expect_chain(less.model);
}

TEST_F(ApplyConfig, InsertsLayers) {
  const auto result = apply({{"bn1", true}, {"bn2", true}, {"drop2", 0.5}});
  EXPECT_EQ(classes(result.model),
            (std::vector<std::string>{"BatchNormalization", "Dense", "BatchNormalization", "Dense",
                                      "Activation", "Flatten", "Dropout", "Dense"}));
  expect_chain(result.model);
  EXPECT_EQ(result.model.layers[6].attributes["rate"], 0.5);
  EXPECT_THROW(apply({{"drop3", 0.5}}), InputError);
}

TEST_F(ApplyConfig, SaysWhatIsWrong) {
  for (const Config& bad : std::vector<Config>{{{"unit7", 1}},
                                               {{"unit1", "many"}},
                                               {{"lr", -1}},
                                               {{"loss", "best"}},
                                               {{"ki1", "magic"}},
                                               {{"layer2", -1}},
                                               {{"bn1", 1}},
                                               {{"epochs", 0}}}) {
    try {
      apply(bad);
      ADD_FAILURE() << bad.begin()->first;
    } catch (const InputError& error) {
      EXPECT_NE(std::string(error.what()).find(bad.begin()->first), std::string::npos);
    }
  }
}

TEST_F(ApplyConfig, ScaleIsHandedOn) { EXPECT_TRUE(apply({{"scale", true}}).scale_inputs); }

// Two branches that both read the input and meet in Add.
TEST_F(ApplyConfig, RewiresBranches) {
  json branches = document();
  json& model = branches["models"][0];
  const auto node = [](int index) { return json::array({index, 0}); };
  model["kind"] = "functional";
  model["layers"] = {layer("InputLayer", "in", json::object(), json::array()),
                     layer("Dense", "a", {{"units", 4}}, {{node(0)}}),
                     layer("Dense", "b", {{"units", 4}}, {{node(0)}}),
                     layer("Add", "add", json::object(), {json::array({node(1), node(2)})}),
                     layer("Dense", "out", {{"units", 1}}, {{node(3)}})};
  for (auto& entry : model["layers"]) {
    if (entry["name"] != "in" && entry["name"] != "add") {
      const int from = entry["name"] == "out" ? 3 : 0;
      entry["inbound"] = json::array({json::array({node(from)})});
    }
  }
  model["inputs"][0]["layer"] = 0;
  branches["hyperparameters"] = {
      hyperparameter("layer1", "layer_repeat", 1, "repeat", 1),
      hyperparameter("bn2", "batch_normalization", 2, "inserted", false)};
  const Program program = parse_program(branches, "");
  const auto spec = apply_config(program, {{"layer1", 2}, {"bn2", true}}).model;
  // Keras lists the deeper branch first.
  EXPECT_EQ(classes(spec), (std::vector<std::string>{"InputLayer", "Dense", "BatchNormalization",
                                                     "Dense", "Dense", "Add", "Dense"}));
  EXPECT_EQ(spec.layers[2].inbound[0][0], (trainer::NodeRef{0, 0}));
  EXPECT_EQ(spec.layers[5].inbound[0], (std::vector<trainer::NodeRef>{{3, 0}, {4, 0}}));
  EXPECT_EQ(spec.outputs[0], (trainer::NodeRef{6, 0}));
}

// Dropouts after two branches that meet both stand before the layer that follows the meeting.
TEST_F(ApplyConfig, BranchesThatMeetAddADropoutEach) {
  json merged = document();
  json& model = merged["models"][0];
  const auto reads = [](std::vector<int> layers) {
    json call = json::array();
    for (const int from : layers) call.push_back(json::array({from, 0}));
    return json::array({call});
  };
  model["kind"] = "functional";
  model["layers"] = {layer("InputLayer", "in", json::object(), json::array()),
                     layer("Dense", "a", {{"units", 4}}, reads({0})),
                     layer("Dense", "b", {{"units", 4}}, reads({0})),
                     layer("Concatenate", "both", {{"axis", -1}}, reads({1, 2})),
                     layer("Dense", "out", {{"units", 1}}, reads({3}))};
  model["inputs"][0]["layer"] = 0;
  merged["hyperparameters"] = {hyperparameter("drop1", "dropout_insert", 1, "inserted", 0.0),
                               hyperparameter("drop2", "dropout_insert", 2, "inserted", 0.0)};
  const Program program = parse_program(merged, "");
  const auto spec = apply_config(program, {{"drop1", 0.1}, {"drop2", 0.3}}).model;
  EXPECT_EQ(classes(spec), (std::vector<std::string>{"InputLayer", "Dense", "Dense", "Concatenate",
                                                     "Dropout", "Dropout", "Dense"}));
  EXPECT_EQ(spec.layers[4].attributes["rate"], 0.1);
  EXPECT_EQ(spec.layers[5].attributes["rate"], 0.3);
}

TEST(ParseProgram, RefusesNumbersThatNoIntegerHolds) {
  for (const json& version : {json(4.4e26), json(3000000000), json(-1e300)}) {
    json wrong = document();
    wrong["version"] = version;
    EXPECT_THROW(parse_program(wrong, ""), InputError) << version;
  }
}

TEST(ParseProgram, NamesTheFieldThatIsWrong) {
  json wrong = document();
  wrong["version"] = 2;
  EXPECT_THROW(parse_program(wrong, ""), InputError);
  wrong = document();
  wrong["hyperparameters"][0].erase("kind");
  try {
    parse_program(wrong, "");
    FAIL();
  } catch (const InputError& error) {
    EXPECT_NE(std::string(error.what()).find("hyperparameters[0].kind"), std::string::npos);
  }
}

}  // namespace
}  // namespace dlfix::mapping
