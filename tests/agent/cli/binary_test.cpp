// The program as a user runs it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <nlohmann/json.hpp>

#include "tests/agent/workflows/sample_program.h"
#include "trainer/support/subprocess.h"

namespace dlfix::agent {
namespace {

using testing::HasSubstr;

class BinaryTest : public testing::Test {
 protected:
  support::ProcessResult run(std::vector<std::string> arguments) {
    support::ProcessOptions process;
    process.arguments = {DLFIX_AGENT_BINARY};
    process.arguments.insert(process.arguments.end(), arguments.begin(), arguments.end());
    process.working_directory = folder_.path();
    process.environment = {{"DLFIX_STORE", folder_.file("data/store.sqlite")},
                           {"XDG_CONFIG_HOME", folder_.file("config")},
                           {"DLFIX_HOME", DLFIX_SOURCE_DIR},
                           {"DLFIX_TRAINER", DLFIX_FAKE_TRAINER}};
    return support::run_process(process);
  }
  TestFolder folder_;
};

TEST_F(BinaryTest, ShowsVersionAndHelp) {
  EXPECT_THAT(run({"--version"}).standard_output, HasSubstr("dlfix-agent 0."));
  const auto help = run({"--help"});
  EXPECT_EQ(help.exit_code, 0);
  for (const char* command : {"inspect", "repair", "store", "data"}) {
    EXPECT_THAT(help.standard_output, HasSubstr(command));
  }
}

TEST_F(BinaryTest, NamesTheNearestOption) {
  const auto result = run({"repair", "model.py", "--sedes", "3"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.standard_error, HasSubstr("error: --sedes: is not an option"));
  EXPECT_THAT(result.standard_error, HasSubstr("remedy: did you mean --seeds?"));
}

TEST_F(BinaryTest, NamesTheNearestCommand) {
  const auto result = run({"repiar", "model.py"});
  EXPECT_EQ(result.exit_code, 2);
  EXPECT_THAT(result.standard_error, HasSubstr("did you mean `repair`?"));
}

TEST_F(BinaryTest, ChecksOptionsBeforeAnythingIsTrained) {
  write_program(folder_, sample_text(90, "0.1"));
  const std::vector<std::pair<std::vector<std::string>, std::string>> cases = {
      {{"--ground-truth", "gone.py"}, "--ground-truth gone.py: there is no such file"},
      {{"--output", "gone/patched.py"}, "there is no folder"},
      {{"--output", "."}, "is a directory"},
      {{"--replay", "gone.json"}, "--replay gone.json: there is no such file"},
      {{"--technique", "llm"}, "no provider is configured"},
      {{"--llm", "nobody:model"}, "no provider nobody"}};
  for (const auto& [options, message] : cases) {
    std::vector<std::string> arguments = {"repair", "model.py", "--dry-run"};
    arguments.insert(arguments.end(), options.begin(), options.end());
    const auto result = run(arguments);
    EXPECT_EQ(result.exit_code, 2) << result.standard_error;
    EXPECT_THAT(result.standard_error, HasSubstr(message));
  }
}

TEST_F(BinaryTest, AnswersErrorsInJsonWhenAsked) {
  const auto result = run({"repair", "missing.py", "--json"});
  EXPECT_EQ(result.exit_code, 2);
  const auto document = nlohmann::json::parse(result.standard_output);
  EXPECT_EQ(document["outcome"], "error");
  EXPECT_EQ(document["error"]["code"], "usage");
  EXPECT_THAT(document["error"]["message"].get<std::string>(), HasSubstr("missing.py"));
}

TEST_F(BinaryTest, RefusesAForeignStore) {
  write_program(folder_, sample_text(90, "0.1"));
  write_program(folder_, std::string(4000, 'x'), "other.sqlite");
  const auto result = run({"repair", "model.py", "--store", "other.sqlite"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.standard_error, HasSubstr("is not a run store"));
}

TEST_F(BinaryTest, InspectsAProgram) {
  write_program(folder_, sample_text(90, "0.1"));
  const auto text = run({"inspect", "model.py"});
  EXPECT_EQ(text.exit_code, 0) << text.standard_error;
  EXPECT_THAT(text.standard_output, HasSubstr("lr"));
  const auto json = run({"inspect", "model.py", "--json", "--run", "--frontend", "standin"});
  EXPECT_EQ(nlohmann::json::parse(json.standard_output)["fit"]["epochs"], 10)
      << json.standard_error;
}

TEST_F(BinaryTest, LocalisesByRulesWithoutAModel) {
  write_program(folder_, sample_text(90, "10.0"));
  const auto found = run({"localise", "model.py", "--json"});
  EXPECT_EQ(found.exit_code, 0) << found.standard_error;
  const auto document = nlohmann::json::parse(found.standard_output);
  bool learning_rate = false;
  for (const auto& finding : document["findings"]) {
    learning_rate = learning_rate || finding["fault_type"] == "HLR";
  }
  EXPECT_TRUE(learning_rate) << found.standard_output;
  EXPECT_EQ(run({"localise", "model.py", "--fail-on", "fault"}).exit_code, 1);
  const auto model = run({"localise", "model.py", "--localisers", "llm"});
  EXPECT_EQ(model.exit_code, 2);
  EXPECT_THAT(model.standard_error, HasSubstr("no provider is configured"));
  const auto trained = run({"localise", "model.py", "--localisers", "deepdiagnosis"});
  EXPECT_EQ(trained.exit_code, 2);
  EXPECT_THAT(trained.standard_error, HasSubstr("--dynamic"));
}

TEST_F(BinaryTest, SettingsOfTheProjectApplyUnlessAFlagDoes) {
  write_program(folder_, sample_text(90, "0.1"));
  write_program(folder_, "budget = \"nonsense\"\nseeds = 4\n", ".dlfix.toml");
  EXPECT_THAT(run({"repair", "model.py", "--dry-run"}).standard_error,
              HasSubstr("--budget nonsense"));
  const auto flag =
      run({"repair", "model.py", "--dry-run", "--budget", "3", "--frontend", "standin"});
  EXPECT_EQ(flag.exit_code, 0) << flag.standard_error;
}

TEST_F(BinaryTest, PlansFromAFewSteps) {
  write_program(folder_, sample_text(900, "0.1"));
  const auto result = run({"repair", "model.py", "--dry-run", "--json", "--frontend", "standin"});
  ASSERT_EQ(result.exit_code, 0) << result.standard_error;
  const auto plan = nlohmann::json::parse(result.standard_output);
  EXPECT_EQ(plan["rows"]["training"], 600);
  EXPECT_GT(plan["trainings"], 20);
  EXPECT_GT(plan["seconds"][0], 0);
  EXPECT_GE(plan["seconds"][1], plan["seconds"][0]);
  EXPECT_TRUE(plan["llm"].empty());
}

TEST_F(BinaryTest, ThePlanSaysWhatAModelWouldBeSentAndSendsNothing) {
  write_program(folder_, sample_text(900, "0.1"));
  const auto result =
      run({"repair", "model.py", "--dry-run", "--json", "--frontend", "standin", "--llm",
           "compatible:some", "--base-url", "http://127.0.0.1:9/v1", "--temperatures", "0,0.5"});
  ASSERT_EQ(result.exit_code, 0) << result.standard_error;
  const auto plan = nlohmann::json::parse(result.standard_output);
  ASSERT_EQ(plan["llm"].size(), 1u);
  EXPECT_THAT(plan["llm"][0].get<std::string>(),
              HasSubstr("compatible:some: 20 requests to 127.0.0.1:9, about "));
}

TEST_F(BinaryTest, ThePlanRefusesWhatTheTrainerDoesNotHave) {
  std::string text = sample_text(900, "0.1");
  text.replace(text.find("Dense("), 6, "Dense(name='unsupported', units=");
  write_program(folder_, text);
  const auto result = run({"repair", "model.py", "--dry-run", "--frontend", "standin"});
  EXPECT_EQ(result.exit_code, 2) << result.standard_output;
  EXPECT_THAT(
      result.standard_error,
      HasSubstr("our trainer does not have this: train in your own Keras with --trainer keras"));
}

TEST_F(BinaryTest, TrainsInKerasWhenAsked) {
  write_program(folder_, sample_text(300, "0.1"));
  const std::vector<std::string> command = {
      "repair",   "model.py",      "--json", "--frontend",    "standin",  "--technique",
      "random",   "--only",        "lr",     "--budget",      "1trials",  "--seeds",
      "2",        "--prove-seeds", "2",      "--no-minimise", "--device", "cpu",
      "--trainer"};
  const auto trained_by = [&](const std::string& trainer) {
    auto arguments = command;
    arguments.push_back(trainer);
    const auto result = run(arguments);
    EXPECT_LE(result.exit_code, 1) << result.standard_error;
    return nlohmann::json::parse(result.standard_output, nullptr, false);
  };
  ::setenv("PYTHONPATH", DLFIX_SOURCE_DIR "/tests/trainer/keras/fake", 1);
  const auto first = trained_by("keras");
  EXPECT_EQ(first["trainer"], "keras 3.99.0") << first;
  EXPECT_THAT(first["warnings"].dump(), HasSubstr("trained in keras 3.99.0"));
  EXPECT_THAT(first["warnings"].dump(), HasSubstr("slower"));
  EXPECT_EQ(first["stored_trainings"], 0);
  EXPECT_EQ(trained_by("keras")["stored_trainings"], first["cost"]["trainings"]);
  EXPECT_EQ(trained_by("torch")["stored_trainings"], 0) << "results of two trainers were mixed";
  ::unsetenv("PYTHONPATH");
}

TEST_F(BinaryTest, SaysThatNoPythonHasKeras) {
  write_program(folder_, sample_text(90, "0.1"));
  write_program(folder_, "#!/bin/sh\nexit 1\n", "python");
  std::filesystem::permissions(folder_.file("python"), std::filesystem::perms::owner_all);
  const auto result =
      run({"repair", "model.py", "--trainer", "keras", "--python", folder_.file("python")});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.standard_error, HasSubstr("there is no Python with Keras to train in"));
  EXPECT_THAT(result.standard_error, HasSubstr("pip install keras tensorflow"));
}

TEST_F(BinaryTest, ListsAnEmptyStoreAsMissing) {
  EXPECT_EQ(run({"store", "list"}).exit_code, 2);
  EXPECT_EQ(run({"store", "gc"}).exit_code, 0);
  EXPECT_THAT(run({"store", "list", "--json"}).standard_output, HasSubstr("\"trainings\": 0"));
  EXPECT_EQ(run({"store", "show", "99"}).exit_code, 2);
}

TEST_F(BinaryTest, DataGetSaysWhatItCouldNotReach) {
  const auto result = run({"data", "get", "mnist", "--data-dir", folder_.file("d"), "--base-url",
                           "http://127.0.0.1:9/none"});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.standard_error, HasSubstr("http://127.0.0.1:9/none/mnist.npz"));
  EXPECT_FALSE(std::filesystem::exists(folder_.file("d/mnist.npz")));
  EXPECT_THAT(run({"data", "get", "mnits"}).standard_error, HasSubstr("did you mean mnist?"));
}

TEST_F(BinaryTest, DataGetKeepsNothingWithAnotherChecksum) {
  write_program(folder_, "not the data", "mnist.npz");
  const auto result = run({"data", "get", "mnist", "--data-dir", folder_.file("d"), "--base-url",
                           "file://" + folder_.path()});
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_THAT(result.standard_error, HasSubstr("checksum"));
  EXPECT_FALSE(std::filesystem::exists(folder_.file("d/mnist.npz")));
  EXPECT_FALSE(std::filesystem::exists(folder_.file("d/mnist.npz.part")));
}

}  // namespace
}  // namespace dlfix::agent
