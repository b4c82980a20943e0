// `dlfix-agent providers list|test`, and that a key is shown by neither.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "tests/providers/protocol/scenarios.h"
#include "tests/temporary_folder.h"
#include "trainer/support/subprocess.h"

namespace dlfix::agent {
namespace {

using testing::HasSubstr;
using testing::Not;
using tests::Scenarios;
using tests::WireServer;

constexpr const char* kCanary = "sk-canary-5e1c90b7";

class ProviderCommands : public testing::Test {
 protected:
  support::ProcessResult run(std::vector<std::string> arguments) {
    support::ProcessOptions process;
    process.arguments = {DLFIX_AGENT_BINARY, "providers"};
    process.arguments.insert(process.arguments.end(), arguments.begin(), arguments.end());
    process.working_directory = folder_.path();
    process.environment = {{"XDG_CONFIG_HOME", folder_.file("config")},
                           {"DLFIX_HOME", DLFIX_SOURCE_DIR},
                           {"OPENAI_API_KEY", kCanary},
                           {"ANTHROPIC_API_KEY", kCanary}};
    process.environment.insert(environment_.begin(), environment_.end());
    auto result = support::run_process(process);
    EXPECT_THAT(result.standard_output + result.standard_error, Not(HasSubstr(kCanary)));
    return result;
  }
  support::ProcessResult test(const std::string& model, std::vector<std::string> more = {}) {
    std::vector<std::string> arguments = {"test", "--llm", "compatible:" + model, "--base-url",
                                          server_.url() + "/v1"};
    arguments.insert(arguments.end(), more.begin(), more.end());
    return run(arguments);
  }
  tests::TemporaryFolder folder_;
  std::map<std::string, std::string> environment_;
  WireServer server_{Scenarios()};
};

TEST_F(ProviderCommands, ListNamesDialectsVariablesAndPrices) {
  const auto text = run({"list"});
  EXPECT_EQ(text.exit_code, 0);
  for (const char* word : {"openai-responses", "azure", "anthropic", "ollama", "cmd", "replay",
                           "OPENAI_API_KEY (...90b7)", "prices of 20"})
    EXPECT_THAT(text.standard_output, HasSubstr(word));
  const auto json = nlohmann::json::parse(run({"list", "--json"}).standard_output);
  EXPECT_EQ(json["providers"].size(), 7U);
  EXPECT_EQ(json["providers"][0]["key"], "OPENAI_API_KEY (...90b7)");
}

TEST_F(ProviderCommands, TestAsksAndTells) {
  const auto text = test("ok");
  EXPECT_EQ(text.exit_code, 0) << text.standard_output << text.standard_error;
  EXPECT_THAT(text.standard_output, HasSubstr("ok     compatible:ok (127.0.0.1:"));
  EXPECT_THAT(text.standard_output, HasSubstr("11 + 7 tokens"));
  EXPECT_THAT(text.standard_output, HasSubstr("cost unknown"));
  const auto streamed = test("split", {"--stream"});
  EXPECT_THAT(streamed.standard_output, HasSubstr(Scenarios::kText));
  const auto json = nlohmann::json::parse(test("no-temperature", {"--json"}).standard_output);
  EXPECT_EQ(json["results"][0]["temperature_applied"], false);
}

TEST_F(ProviderCommands, TestFailsWithTheEndpointsWordsAndARemedy) {
  const auto key = test("echo-key");
  EXPECT_EQ(key.exit_code, 3);
  EXPECT_THAT(key.standard_output, HasSubstr("check the API key"));
  EXPECT_EQ(run({"test"}).exit_code, 2);
  EXPECT_EQ(run({"test", "--llm", "openia:x"}).exit_code, 2);
}

TEST_F(ProviderCommands, TheEnvironmentWinsOverTheUsersFile) {
  std::filesystem::create_directories(folder_.file("config/dlfix-agent"));
  std::ofstream(folder_.file("config/dlfix-agent/config.toml"))
      << "base-url = \"http://127.0.0.1:9/v1\"\nllm = \"compatible:ok\"\n"
      << "providers.near = { dialect = \"compatible\", base_url = \"" << server_.url()
      << "/v1\" }\n";
  environment_["OPENAI_BASE_URL"] = server_.url() + "/v1";
  EXPECT_EQ(run({"test"}).exit_code, 0);
  environment_.clear();
  EXPECT_EQ(run({"test"}).exit_code, 3) << "nobody listens there";
  EXPECT_EQ(run({"test", "--llm", "near:ok", "--temperatures", "0.5,1"}).exit_code, 0);
  EXPECT_THAT(run({"list"}).standard_output, HasSubstr("[providers.near]"));
}

TEST_F(ProviderCommands, ACommandIsAProvider) {
  const auto result = run({"test", "--llm", "cmd:tr a-z A-Z", "--prompt", "ready"});
  EXPECT_EQ(result.exit_code, 0) << result.standard_output;
  EXPECT_THAT(result.standard_output, HasSubstr("READY"));
}

}  // namespace
}  // namespace dlfix::agent
