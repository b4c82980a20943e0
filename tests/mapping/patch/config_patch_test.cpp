#include "mapping/patch/config_patch.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "mapping/program/probe.h"
#include "tests/mapping/patch/reply_noise.h"
#include "tests/study_data.h"

namespace dlfix::mapping {
namespace {

using nlohmann::json;

Hyperparameter hyperparameter(const std::string& name, const std::string& kind, const json& value) {
  Hyperparameter result;
  result.name = name;
  result.kind = kind;
  result.value = value;
  return result;
}

Program small_program() {
  Program program;
  program.profile = "tf23";
  program.hyperparameters = {
      hyperparameter("act1", "activation", "relu"),
      hyperparameter("ki1", "kernel_initializer", "glorot_uniform"),
      hyperparameter("unit1", "units", 64),
      hyperparameter("layer1", "layer_repeat", 1),
      hyperparameter("loss", "loss", "mean_squared_error"),
      hyperparameter("optimizer", "optimizer", "sgd"),
      hyperparameter("lr", "learning_rate", 0.5),
      hyperparameter("batch_size", "batch_size", 32),
      hyperparameter("epochs", "epochs", 5),
  };
  return program;
}

ConfigPatch read(const std::string& reply) { return read_config_patch(reply, small_program()); }

TEST(ConfigPatch, KeepsWhatDiffersFromTheProgram) {
  const auto patch = read(R"({"act1": "tanh", "lr": 0.001, "epochs": 5, "loss": "mse"})");
  EXPECT_EQ(to_string(patch.outcome), "ok");
  EXPECT_EQ(patch.changes, (Config{{"act1", "tanh"}, {"lr", 0.001}}));
  EXPECT_TRUE(patch.strict_json);
}

TEST(ConfigPatch, NamesEveryWayAReplyCanFail) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"I'm sorry, but I cannot help.", "refusal"},
      {"Use Adam.", "no_json"},
      {"{\"lr\" 0.1}", "bad_json"},
      {"{\"lr\": 0.1", "truncated"},
      {"{\"colour\": 3}", "unknown_key"},
      {"{\"PARAM\": \"value\"}", "unknown_key"},
      {"{\"act1\": \"relux\"}", "unknown_value"},
      {"{\"optimizer\": \"best\"}", "unknown_value"},
      {"{\"lr\": \"small\"}", "type"},
      {"{\"act1\": 3}", "type"},
      {"{\"lr\": -0.1}", "out_of_range"},
      {"{\"epochs\": 0}", "out_of_range"},
      {"{\"unit1\": 2.5}", "out_of_range"},
      {"{\"lr\": 0.5, \"act1\": \"relu\"}", "no_change"},
  };
  for (const auto& [reply, outcome] : cases) {
    const auto patch = read(reply);
    EXPECT_EQ(to_string(patch.outcome), outcome) << reply;
    const bool usable = outcome == "no_change";
    EXPECT_EQ(is_usable(patch.outcome), usable) << reply;
    EXPECT_TRUE(patch.changes.empty()) << reply;
    const bool explained = usable || outcome == "refusal" || !patch.reason.empty();
    EXPECT_TRUE(explained) << reply;
  }
}

TEST(ConfigPatch, RecordsEveryRepair) {
  const std::vector<std::tuple<std::string, Config, std::string>> cases = {
      {R"({"bach_size": 64})", {{"batch_size", 64}}, "key bach_size read as batch_size"},
      {R"({"learning_rate": 0.1})", {{"lr", 0.1}}, "key learning_rate read as lr"},
      {R"({"lr": "0.01"})", {{"lr", 0.01}}, "lr: the text \"0.01\" read as a number"},
      {R"~({"optimizer": "keras.optimizers.Adam()"})~",
       {{"optimizer", "adam"}},
       "optimizer: keras.optimizers.Adam() read as Adam"},
      {R"({"ki1": "HeNormal"})", {{"ki1", "he_normal"}}, "ki1: \"HeNormal\" read as \"he_normal\""},
      {R"({"config": {"lr": 0.1}})", {{"lr", 0.1}}, "nested under config"},
      {R"({"lr": 0.1,})", {{"lr", 0.1}}, "trailing comma"},
  };
  for (const auto& [reply, changes, repair] : cases) {
    const auto patch = read(reply);
    EXPECT_EQ(to_string(patch.outcome), "ok_with_repairs") << reply;
    EXPECT_EQ(patch.changes, changes) << reply;
    EXPECT_NE(std::ranges::find(patch.repairs, repair), patch.repairs.end())
        << reply << ": " << (patch.repairs.empty() ? "" : patch.repairs[0]);
  }
}

TEST(ConfigPatch, FencesAndProseAreNoRepair) {
  EXPECT_EQ(to_string(read("Here:\n```json\n{\"lr\": 0.1}\n```").outcome), "ok");
}

TEST(ConfigPatch, ReadsADictionaryHoweverItIsDressed) {
  const std::vector<json> configs = {
      {{"act1", "tanh"}, {"lr", 0.001}, {"unit1", 128}},
      {{"lr", 1e-05}},
      {{"ki1", {{"class", "random_normal"}, {"stddev", 0.5}, {"mean", 0.0}}}, {"epochs", 50}},
      {{"act1", nullptr}, {"loss", "binary_crossentropy"}, {"optimizer", "adam"}, {"layer1", 3}},
  };
  for (const json& config : configs) {
    const Config expected = read(config.dump()).changes;
    ASSERT_FALSE(expected.empty()) << config;
    for (unsigned seed = 0; seed < 500; ++seed) {
      const std::string reply = ReplyNoise(seed).dress(config);
      const auto patch = read(reply);
      EXPECT_EQ(patch.changes, expected) << seed << ": " << patch.reason << "\n" << reply;
    }
  }
}

TEST(ConfigPatch, DoesNotGuessBetweenNeighbours) {
  EXPECT_EQ(to_string(read(R"({"act2": "tanh"})").outcome), "unknown_key");
  const auto patch = read(R"({"act2": "tanh", "lr": 0.1})");
  EXPECT_EQ(patch.ignored, std::vector<std::string>{"act2"});
  EXPECT_EQ(patch.changes, (Config{{"lr", 0.1}}));
}

TEST(ConfigPatch, WholeFloatsAreWholeNumbers) {
  const auto patch = read(R"({"unit1": 128.0, "batch_size": 16.0})");
  EXPECT_EQ(to_string(patch.outcome), "ok");
  EXPECT_EQ(patch.changes, (Config{{"unit1", 128}, {"batch_size", 16}}));
}

TEST(ConfigPatch, TakesNamesThatTheProgramDefines) {
  Program program = small_program();
  const json small = {{"class", "random_normal"}, {"mean", 0.0}, {"stddev", 0.1}};
  program.initializers = {{"small_start", "small_start", small, "model.py", 3}};
  const auto patch = read_config_patch(R"({"ki1": "small_start"})", program);
  EXPECT_EQ(to_string(patch.outcome), "ok");
  EXPECT_EQ(patch.changes, (Config{{"ki1", "small_start"}}));
  for (const char* reply : {R"({"ki1": "Small_Start"})", R"({"act1": "small_start"})"})
    EXPECT_EQ(to_string(read_config_patch(reply, program).outcome), "unknown_value") << reply;
  EXPECT_EQ(to_string(read(R"({"ki1": "small_start"})").outcome), "unknown_value");
}

TEST(ConfigPatch, AClassNamesTheObjectThatTheProgramHasThere) {
  Program program = small_program();
  program.hyperparameters[1].value = {{"class", "random_normal"}, {"mean", 0.0}, {"stddev", 1.0}};
  const auto changes = [&](const std::string& name) {
    return read_config_patch(R"({"act1": "tanh", "ki1": ")" + name + "\"}", program).changes;
  };
  EXPECT_EQ(changes("RandomNormal"), (Config{{"act1", "tanh"}}));
  EXPECT_EQ(changes("random_normal"), (Config{{"act1", "tanh"}, {"ki1", "random_normal"}}));
  EXPECT_EQ(changes("HeNormal"), (Config{{"act1", "tanh"}, {"ki1", "he_normal"}}));
}

TEST(ConfigPatch, KnowsTheProgramsOwnLossByItsBareName) {
  Program program = small_program();
  program.hyperparameters[4].value = {{"custom", "my_loss"}};
  EXPECT_EQ(to_string(read_config_patch(R"({"loss": "my_loss"})", program).outcome), "no_change");
  EXPECT_EQ(to_string(read_config_patch(R"({"loss": "your_loss"})", program).outcome),
            "unknown_value");
}

// ------------------------------------------------------------------------------------------------
// The published replies, where they are at hand.

/// The benchmark's programs by the name under which the replies know them: one of each subject.
std::map<std::string, Program> programs_by_prompt() {
  std::map<std::string, Program> programs;
  for (const auto& entry :
       std::filesystem::directory_iterator(DLFIX_SOURCE_DIR "/data/benchmark")) {
    const auto file = entry.path() / "manifest.json";
    if (!std::filesystem::exists(file)) continue;
    const auto manifest = json::parse(std::ifstream(file));
    const json& post = manifest["stackoverflow_post"];
    const std::string id = post.is_null() ? manifest["subject"].get<std::string>() : post.dump();
    if (programs.contains(id)) continue;
    ProbeOptions options;
    options.probe_directory = DLFIX_SOURCE_DIR "/mapping/probe";
    options.name_map_file = file.string();
    programs[id] = inspect_program((entry.path() / "faulty.py").string(), options);
  }
  return programs;
}

class PublishedRepliesData : public testing::Test {
 protected:
  void SetUp() override {
    const std::string path = tests::study_data().string() + "/benchmark/repair_replies";
    if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
    programs_ = programs_by_prompt();
  }

  /// Calls `check` with each published reply and its row of parse_report.csv.
  template <class Check>
  void for_each_reply(Check check) {
    for (const char* model : {"gpt-3.5-turbo", "gpt-4", "gpt-4-turbo-preview"}) {
      std::ifstream in(tests::study_data().string() + "/benchmark/repair_replies/" + model +
                       ".jsonl");
      for (std::string line; std::getline(in, line);) check(json::parse(line));
    }
  }

  std::map<std::string, Program> programs_;
};

TEST_F(PublishedRepliesData, AllButTheKnownOneAtTemperaturesUpToOneAreUsable) {
  int total = 0;
  std::vector<std::string> unusable;
  for_each_reply([&](const json& row) {
    if (row["temperature"].get<double>() > 1.0) return;
    ++total;
    const auto patch =
        read_config_patch(row["text"].get<std::string>(), programs_.at(row["subject"]));
    EXPECT_TRUE(patch.strict_json) << row.dump();
    if (!is_usable(patch.outcome))
      unusable.push_back(row["model"].get<std::string>() + "/" + row["subject"].get<std::string>() +
                         "/" + row["temperature"].dump() + "/" + row["index"].dump() + " " +
                         std::string(to_string(patch.outcome)) + " " + patch.reason);
  });
  EXPECT_EQ(total, 1170);
  ASSERT_EQ(unusable.size(), 1U) << testing::PrintToString(unusable);
  EXPECT_TRUE(unusable[0].starts_with("gpt-3.5-turbo/R/0.5/2 unknown_key")) << unusable[0];
}

TEST_F(PublishedRepliesData, GiveTheSameConfigHoweverTheyAreDressed) {
  unsigned seed = 0;
  for_each_reply([&](const json& row) {
    const std::string text = row["text"];
    const json config = json::parse(text, nullptr, false);
    if (config.is_discarded() || row["temperature"].get<double>() > 1.0) return;
    const Program& program = programs_.at(row["subject"]);
    const auto plain = read_config_patch(text, program);
    const std::string dressed = ReplyNoise(++seed).dress(config);
    const auto patch = read_config_patch(dressed, program);
    EXPECT_EQ(patch.changes, plain.changes) << patch.reason << "\n" << dressed;
    EXPECT_EQ(is_usable(patch.outcome), is_usable(plain.outcome)) << dressed;
  });
  EXPECT_EQ(seed, 1170u);
}

// parse_report.csv: model, temperature, subject, index, strict_json, ...
TEST_F(PublishedRepliesData, AreAsStrictAsTheirReportSays) {
  std::ifstream report(tests::study_data().string() + "/benchmark/repair_replies/parse_report.csv");
  std::map<std::string, bool> strict;
  std::string line;
  std::getline(report, line);
  while (std::getline(report, line)) {
    std::vector<std::string> cells(1);
    for (const char c : line) {
      if (c == ',') {
        cells.emplace_back();
      } else {
        cells.back() += c;
      }
    }
    const std::string key = cells.at(0) + "/" + std::to_string(std::stod(cells.at(1))) + "/" +
                            cells.at(2) + "/" + cells.at(3);
    strict[key] = cells.at(4) == "1";
  }
  std::size_t read = 0;
  for_each_reply([&](const json& row) {
    const std::string key = row["model"].get<std::string>() + "/" +
                            std::to_string(row["temperature"].get<double>()) + "/" +
                            row["subject"].get<std::string>() + "/" + row["index"].dump();
    ASSERT_TRUE(strict.contains(key)) << key;
    const auto patch =
        read_config_patch(row["text"].get<std::string>(), programs_.at(row["subject"]));
    EXPECT_EQ(patch.strict_json, strict.at(key)) << key << "\n" << row["text"];
    ++read;
  });
  EXPECT_EQ(read, 1213U);
  EXPECT_EQ(read, strict.size());
}

}  // namespace
}  // namespace dlfix::mapping
