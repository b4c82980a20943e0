#include "agent/llm/connect.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "agent/llm/endpoint.h"
#include "tests/temporary_folder.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using nlohmann::json;

class ConnectProvider : public testing::Test {
 protected:
  Target connect_to(const std::string& llm) {
    options_.llms = {llm};
    return connect(llm, options_, [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment_.find(name);
      if (found == environment_.end()) return std::nullopt;
      return found->second;
    });
  }
  std::string error_of(const std::string& llm) {
    try {
      connect_to(llm);
    } catch (const support::InputError& error) {
      return error.what() + (" | " + error.remedy());
    }
    return "";
  }
  void expect_error(const std::string& llm, const std::string& word) {
    const std::string error = error_of(llm);
    EXPECT_NE(error.find(word), std::string::npos) << llm << ": " << error;
  }

  LlmOptions options_;
  std::map<std::string, std::string> environment_;
};

TEST_F(ConnectProvider, KnowsTheVendorsAddressesKeysAndModels) {
  environment_ = {
      {"OPENAI_API_KEY", "sk-o"}, {"ANTHROPIC_API_KEY", "sk-a"}, {"OPENAI_ORG_ID", "org"}};
  const Target openai = connect_to("openai:gpt-4o");
  EXPECT_EQ(openai.connection.base_url, "https://api.openai.com/v1");
  EXPECT_EQ(openai.connection.key.reveal(), "sk-o");
  EXPECT_EQ(openai.connection.organization, "org");
  EXPECT_EQ(openai.host, "api.openai.com");
  EXPECT_EQ(openai.model, "gpt-4o");
  EXPECT_EQ(openai.connection.http.concurrency, 4);
  EXPECT_EQ(connect_to("anthropic:claude-x").connection.key.reveal(), "sk-a");
  const Target ollama = connect_to("ollama:qwen2.5:7b");
  EXPECT_EQ(ollama.connection.base_url, "http://127.0.0.1:11434");
  EXPECT_EQ(ollama.model, "qwen2.5:7b");
  EXPECT_EQ(ollama.connection.http.concurrency, 1);
}

TEST_F(ConnectProvider, CompletesOllamasHost) {
  const std::pair<const char*, const char*> cases[] = {
      {"localhost", "http://localhost:11434"},
      {"0.0.0.0", "http://127.0.0.1:11434"},
      {"10.0.0.5:8080", "http://10.0.0.5:8080"},
      {"https://ollama.example.com:443", "https://ollama.example.com:443"},
      {"[::1]", "http://[::1]:11434"}};
  for (const auto& [given, url] : cases) {
    environment_["OLLAMA_HOST"] = given;
    EXPECT_EQ(connect_to("ollama:m").connection.base_url, url);
  }
}

TEST_F(ConnectProvider, ATokenIsABearerWhereTheVendorTakesOne) {
  environment_ = {{"ANTHROPIC_AUTH_TOKEN", "t1"}};
  EXPECT_TRUE(connect_to("anthropic:m").connection.bearer);
  environment_ = {{"AZURE_OPENAI_AD_TOKEN", "t2"},
                  {"AZURE_OPENAI_ENDPOINT", "https://r.openai.azure.com"},
                  {"OPENAI_API_VERSION", "2024-10-21"}};
  const Target azure = connect_to("azure:deployment");
  EXPECT_TRUE(azure.connection.bearer);
  EXPECT_EQ(azure.connection.api_version, "2024-10-21");
}

TEST_F(ConnectProvider, TheCommandLineWinsThenTheEnvironmentThenTheFiles) {
  options_.user_settings = {
      {"providers", {{"compatible", {{"base_url", "http://127.0.0.1:1/v1"}}}}}};
  EXPECT_EQ(connect_to("compatible:m").connection.base_url, "http://127.0.0.1:1/v1");
  options_.project_settings = {{"base-url", "http://127.0.0.1:2/v1"}};
  EXPECT_EQ(connect_to("compatible:m").connection.base_url, "http://127.0.0.1:2/v1");
  environment_["OPENAI_BASE_URL"] = "http://127.0.0.1:3/v1";
  EXPECT_EQ(connect_to("compatible:m").connection.base_url, "http://127.0.0.1:3/v1");
  options_.base_url = "http://127.0.0.1:4/v1";
  EXPECT_EQ(connect_to("compatible:m").connection.base_url, "http://127.0.0.1:4/v1");
}

TEST_F(ConnectProvider, ATableOfTheUsersNamesAGateway) {
  const tests::TemporaryFolder folder;
  const std::string file = folder.file("key");
  std::ofstream(file) << "sk-gateway";
  ::chmod(file.c_str(), 0600);
  environment_ = {{"OPENAI_API_KEY", "sk-vendor"}, {"OPENAI_BASE_URL", "https://elsewhere/v1"}};
  options_.user_settings = {{"providers",
                             {{"work",
                               {{"dialect", "compatible"},
                                {"base_url", "https://llm.example.com/v1"},
                                {"key_file", file},
                                {"headers", {"X-Team: nn"}}}}}}};
  const Target target = connect_to("work:gpt-4o");
  EXPECT_EQ(target.connection.base_url, "https://llm.example.com/v1");
  EXPECT_EQ(target.connection.key.reveal(), "sk-gateway");
  EXPECT_EQ(target.connection.extra, std::vector<std::string>{"X-Team: nn"});
}

TEST_F(ConnectProvider, AMisspeltKeyOfATableIsAnError) {
  options_.user_settings = {
      {"providers", {{"work", {{"dialect", "compatible"}, {"base-url", "http://127.0.0.1/v1"}}}}}};
  expect_error("work:m", "did you mean 'base_url'?");
}

TEST_F(ConnectProvider, AKeyAloneSendsNothingAndIsMentioned) {
  const auto lookup = [this](const std::string& name) -> std::optional<std::string> {
    const auto found = environment_.find(name);
    if (found == environment_.end()) return std::nullopt;
    return found->second;
  };
  EXPECT_EQ(unused_key_hint(options_, lookup), "");
  environment_["ANTHROPIC_API_KEY"] = "sk-a";
  EXPECT_EQ(offered_model(options_, lookup).substr(0, 17), "anthropic:claude-");
  EXPECT_NE(unused_key_hint(options_, lookup).find("--llm anthropic:MODEL"), std::string::npos);
  options_.llms = {"ollama:m"};
  EXPECT_EQ(unused_key_hint(options_, lookup), "");
}

/// The file beside a program may come from anybody.
TEST_F(ConnectProvider, AProjectsFileGetsNoKeyAndRunsNothing) {
  environment_ = {{"OPENAI_API_KEY", "sk-vendor"}};
  options_.project_settings = {{"providers", {{"openai", {{"base_url", "https://evil.example"}}}}}};
  expect_error("openai:gpt-4o", "evil.example, which would get your key");
  options_.project_settings = {{"key-command", "touch /tmp/x"}};
  expect_error("openai:gpt-4o", "may not set a command");
  options_.project_settings = {{"key-file", "/etc/passwd"}};
  expect_error("openai:gpt-4o", "may not set the file");
  options_.project_settings = {{"llm", "cmd:touch x"}};
  expect_error("cmd:touch x", "may not set a command as provider");
  options_.project_settings = {{"llm", "openai:gpt-4o"}};
  EXPECT_EQ(error_of("openai:gpt-4o"), "");
}

TEST_F(ConnectProvider, SaysWhatIsWrongAndTheWayOut) {
  expect_error("openai:gpt-4o", "OPENAI_API_KEY");
  expect_error("openai", "model is missing");
  expect_error("openia:gpt-4o", "there are openai, openai-responses, azure");
  expect_error("compatible:x", "--base-url");
  expect_error("cmd:", "command is missing");
  options_.base_url = "https://user:pass@host/v1";
  expect_error("compatible:x", "credentials");
  options_.base_url = "https://host/v1?key=sk";
  expect_error("compatible:x", "query");
  options_.base_url = "ftp://host/v1";
  expect_error("compatible:x", "not a base URL");
  options_.base_url = "";
  options_.temperatures = {0, 1.5};
  expect_error("anthropic:m", "takes 0 to 1");
}

TEST_F(ConnectProvider, OfflineMeansThisMachine) {
  options_.offline = true;
  for (const char* url : {"http://localhost:1/v1", "http://127.0.0.1/v1", "http://[::1]:8/v1"}) {
    options_.base_url = url;
    EXPECT_EQ(error_of("compatible:m"), "") << url;
  }
  for (const char* url : {"http://203.0.113.7/v1", "http://127.0.0.1.example.com/v1",
                          "http://localhost.example.com/v1", "http://127.1.evil.example/v1"}) {
    options_.base_url = url;
    expect_error("compatible:m", "is not this machine");
  }
  expect_error("cmd:cat", "anywhere");
}

TEST_F(ConnectProvider, ACostCapNeedsAPrice) {
  options_.llms = {"compatible:unheard-of"};
  options_.base_url = "http://127.0.0.1:1/v1";
  options_.max_cost = 1.0;
  EXPECT_THROW(open_endpoints(options_, [](const std::string&) { return std::nullopt; }),
               support::InputError);
}

}  // namespace
}  // namespace dlfix::agent
