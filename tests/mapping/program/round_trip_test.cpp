// Config -> edits -> text -> inspect gives the config and the model back, over all sample programs.
#include <algorithm>
#include <random>
#include <set>
#include <sstream>

#include "mapping/program/keras_names.h"
#include "mapping/program/values.h"
#include "program_fixture.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

json pick(std::mt19937& random, const std::vector<json>& values) {
  return values[random() % values.size()];
}

json random_value(std::mt19937& random, const std::string& kind) {
  const json spread = {{"class", "random_normal"}, {"mean", 0.0}, {"stddev", 0.5}};
  if (kind == "activation") return pick(random, {"elu", "tanh", "sigmoid", "relu", "linear"});
  if (kind == "kernel_initializer")
    return pick(random, {"he_normal", "zeros", "lecun_uniform", spread});
  if (kind == "bias_initializer") return pick(random, {"ones", "zeros", spread});
  if (kind == "kernel_regularizer")
    return pick(random, {nullptr, "l2", "l1_l2", {{"class", "l1"}, {"l1", 0.002}}});
  if (kind == "units" || kind == "filters") return pick(random, {3, 17, 64});
  if (kind == "kernel_size") return pick(random, {2, 3});
  if (kind == "layer_repeat") return pick(random, {1, 2, 3});
  if (kind == "dropout_rate") return pick(random, {0.1, 0.35});
  if (kind == "dropout_insert") return pick(random, {0.0, 0.2});
  if (kind == "batch_normalization") return random() % 2 == 0;
  if (kind == "loss") return pick(random, {"mean_absolute_error", "hinge", "kl_divergence"});
  if (kind == "optimizer") return pick(random, {"sgd", "adam", "rmsprop", "adagrad", "nadam"});
  if (kind == "learning_rate") return pick(random, {1.0, 0.02, 1e-5, 0.001});
  if (kind == "batch_size") return pick(random, {8, 77});
  if (kind == "epochs") return pick(random, {2, 50});
  return nullptr;
}

Config random_config(std::mt19937& random, const Program& program) {
  Config config;
  for (const auto& hp : program.hyperparameters) {
    if (random() % 3 != 0) continue;
    const json value = random_value(random, hp.kind);
    const bool nothing = value.is_null() && hp.kind != "kernel_regularizer";
    if (!nothing && hp.editable()) config[hp.name] = value;
  }
  return config;
}

// Inserted or repeated layers shift the numbers of those behind them, so the models are compared.
void expect_same_model(const trainer::ModelSpec& wanted, const trainer::ModelSpec& found) {
  ASSERT_EQ(wanted.layers.size(), found.layers.size());
  for (std::size_t index = 0; index < wanted.layers.size(); ++index) {
    const auto& a = wanted.layers[index];
    const auto& b = found.layers[index];
    EXPECT_EQ(a.class_name, b.class_name) << index;
    EXPECT_EQ(a.inbound, b.inbound) << index << " " << a.class_name;
    for (const char* const name :
         {"units", "filters", "kernel_size", "activation", "rate", "kernel_initializer",
          "bias_initializer", "kernel_regularizer"}) {
      EXPECT_EQ(a.attributes.value(name, json()), b.attributes.value(name, json()))
          << index << " " << a.class_name << " " << name;
    }
  }
}

class RoundTrip : public ProgramFixture, public ::testing::WithParamInterface<std::string> {};

std::string file_text(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  std::ostringstream text;
  text << stream.rdbuf();
  return text.str();
}

TEST_P(RoundTrip, EditedSourceHasTheConfig) {
  const std::string text = file_text(GetParam());
  std::mt19937 random(static_cast<unsigned>(std::hash<std::string>{}(text)));
  for (int round = 0; round < 2; ++round) {
    const Program program = read(text);
    Config config = random_config(random, program);
    const std::string changed = edited(program, config);
    for (const auto& refusal : plan_.refusals) config.erase(refusal.hyperparameter);
    const auto wanted = apply_config(program, config);
    const Program again = read(changed, "changed.py");
    SCOPED_TRACE(json(config).dump() + "\n" + unified_diff("m.py", text, changed));
    expect_same_model(wanted.model, again.model);
    EXPECT_EQ(wanted.compile.loss, again.compile.loss);
    EXPECT_EQ(wanted.compile.optimizer.name, again.compile.optimizer.name);
    EXPECT_EQ(wanted.compile.optimizer.learning_rate, again.compile.optimizer.learning_rate);
    EXPECT_EQ(wanted.fit.batch_size, again.fit.batch_size);
    EXPECT_EQ(wanted.fit.epochs, again.fit.epochs);
    if (HasFailure()) return;
  }
}

std::vector<std::string> samples() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(DLFIX_SOURCE_DIR "/data/programs")) {
    const std::string path = entry.path().string();
    if (path.ends_with(".py") && !path.ends_with("_fixed.py")) paths.push_back(path);
  }
  std::sort(paths.begin(), paths.end());
  return paths;
}

INSTANTIATE_TEST_SUITE_P(Samples, RoundTrip, ::testing::ValuesIn(samples()), [](const auto& info) {
  return std::filesystem::path(info.param).stem().string();
});

class RoundTripText : public ProgramFixture {};

TEST_F(RoundTripText, OtherLinesStay) {
  const Program program = read(kSequential);
  const std::string changed = edited(program, {{"act1", "elu"}, {"epochs", 9}});
  const std::string diff = unified_diff("m.py", kSequential, changed);
  int touched = 0;
  std::istringstream lines(diff);
  for (std::string line; std::getline(lines, line);) {
    touched += (line[0] == '+' || line[0] == '-') && line.substr(0, 3) != "+++" &&
               line.substr(0, 3) != "---";
  }
  EXPECT_EQ(touched, 4);
}

}  // namespace
}  // namespace dlfix::mapping
