#include "agent/llm/patch_replies.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "mapping/program/probe.h"
#include "tests/providers/chat_server.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using tests::ChatServer;
using tests::completion;

constexpr const char* kProgram = R"(import numpy as np
from tensorflow import keras
from sklearn.datasets import load_digits
x = np.zeros((200, 8))
y = np.zeros((200, 1))
model = keras.Sequential([
    keras.layers.Dense(16, activation='tanh', input_shape=(8,)),
    keras.layers.Dense(1),
])
model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.77), loss='mse')
model.fit(x, y, epochs=5)
)";

class PatchRepliesTest : public testing::Test {
 protected:
  PatchRepliesTest() {
    std::string name = (std::filesystem::temp_directory_path() / "dlfix-llm-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    const std::string path = (folder_ / "model.py").string();
    std::ofstream(path) << kProgram;
    mapping::ProbeOptions options;
    options.probe_directory = DLFIX_SOURCE_DIR "/mapping/probe";
    program_ = mapping::inspect_program(path, options);
    request_.probe = options;
    request_.program = &program_;
    ComposedPrompt prompt;
    prompt.text = "Repair this.";
    prompt.json_schema = R"({"type":"object"})";
    prompt.template_name = "repair_assist";
    request_.prompts = {prompt};
  }
  ~PatchRepliesTest() override { std::filesystem::remove_all(folder_); }

  PatchReplies ask(const std::vector<Endpoint>& endpoint) {
    Store store((folder_ / "store.sqlite").string());
    return ask_for_patches(request_, llm_, endpoint, store, cancel_);
  }
  std::vector<Endpoint> connect(const ChatServer& server) {
    llm_.llms = {"compatible:test-model"};
    llm_.base_url = server.base_url();
    return open_endpoints(llm_, [](const std::string&) { return std::nullopt; });
  }

  std::filesystem::path folder_;
  mapping::Program program_;
  PatchRequest request_;
  LlmOptions llm_;
  std::atomic<bool> cancel_{false};
};

TEST_F(PatchRepliesTest, NullsOfASchemasAnswerAreNoChanges) {
  ChatServer server([](int, const auto&, auto& response) {
    response.set_content(completion(R"({"lr": 0.01, "act1": null})"), "application/json");
  });
  const auto replies = ask(connect(server));
  EXPECT_EQ(replies.distinct_changes(), (std::vector<mapping::Config>{{{"lr", 0.01}}}));
  EXPECT_NE(server.bodies().front().find("Repair this."), std::string::npos);
}

TEST_F(PatchRepliesTest, AProgramAsTheAnswerIsReadAsItsSettings) {
  std::string program = kProgram;
  program.replace(program.find("0.77"), 4, "0.01");
  ChatServer server([&](int number, const auto&, auto& response) {
    const std::string diff =
        "```diff\n@@ -12,1 +12,1 @@\n"
        "-model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.77), loss='mse')\n"
        "+model.compile(optimizer=keras.optimizers.SGD(learning_rate=0.02), loss='mse')\n```";
    response.set_content(
        completion(number == 0 ? "Use this:\n```python\n" + program + "```" : diff),
        "application/json");
  });
  llm_.replies = 2;
  llm_.concurrency = 1;
  EXPECT_EQ(ask(connect(server)).distinct_changes(),
            (std::vector<mapping::Config>{{{"lr", 0.01}}, {{"lr", 0.02}}}));
}

TEST_F(PatchRepliesTest, TenRepliesAreStoredReadAndNotPaidForTwice) {
  ChatServer server([](int number, const auto&, auto& response) {
    response.set_content(completion(number < 6   ? "```json\n{\"lr\": 0.01}\n```"
                                    : number < 9 ? R"({"lr": 0.001, "act1": "relu"})"
                                                 : "I would use Adam."),
                         "application/json");
  });
  const auto first = ask(connect(server));
  EXPECT_EQ(server.served(), 10);
  EXPECT_EQ(first.sent, 10);
  EXPECT_EQ(first.prompt_tokens, 110);
  const auto changes = first.distinct_changes();
  ASSERT_EQ(changes.size(), 2U);
  EXPECT_EQ(changes[0], (mapping::Config{{"lr", 0.01}}));
  EXPECT_EQ(first.outcomes(), (std::map<std::string, int>{{"no_json", 1}, {"ok", 9}}));

  const auto second = ask(connect(server));
  EXPECT_EQ(server.served(), 10) << "the replies are in the store";
  EXPECT_EQ(second.stored, 10);
  EXPECT_EQ(second.distinct_changes(), changes);
}

TEST_F(PatchRepliesTest, OnlyWhatFailedIsSentAgain) {
  std::atomic<bool> up{false};
  ChatServer server([&](int number, const auto&, auto& response) {
    if (!up && number % 2 == 1) {
      response.status = 404;
      response.set_content(tests::api_error("model_not_found", "no such model"),
                           "application/json");
      return;
    }
    response.set_content(completion(R"({"lr": 0.01})"), "application/json");
  });
  const auto first = ask(connect(server));
  EXPECT_EQ(first.outcomes().at("failed"), 5);
  up = true;
  const auto second = ask(connect(server));
  EXPECT_EQ(second.stored, 5);
  EXPECT_EQ(second.sent, 5);
  EXPECT_EQ(second.outcomes().at("ok"), 10);
}

TEST_F(PatchRepliesTest, AnEndpointThatGivesNothingIsAnErrorWithTheReason) {
  ChatServer server([](int, const auto&, auto& response) {
    response.status = 401;
    response.set_content(tests::api_error("invalid_api_key", "bad key"), "application/json");
  });
  try {
    ask(connect(server));
    FAIL();
  } catch (const support::EnvironmentError& error) {
    EXPECT_NE(std::string(error.what()).find("401"), std::string::npos) << error.what();
  }
}

TEST_F(PatchRepliesTest, ReplayedRepliesAreMarked) {
  const auto path = (folder_ / "replies.jsonl").string();
  std::ofstream(path)
      << R"({"model":"gpt-4","temperature":0,"subject":"D1","index":0,"text":"{\"lr\":0.1}"})"
      << "\n";
  llm_.replay = path;
  llm_.replies = 1;
  const auto replies = ask(open_endpoints(llm_, [](const std::string&) { return std::nullopt; }));
  EXPECT_EQ(replies.distinct_changes(), (std::vector<mapping::Config>{{{"lr", 0.1}}}));
  ASSERT_EQ(replies.notes.size(), 1U);
  EXPECT_NE(replies.notes[0].find("another text"), std::string::npos);
}

TEST(Endpoint, SaysWhatIsMissing) {
  const auto nothing = [](const std::string&) { return std::nullopt; };
  const auto expect_error = [&](LlmOptions options, const std::string& word) {
    try {
      open_endpoint(options, nothing);
      FAIL() << options.llms.front();
    } catch (const support::InputError& error) {
      EXPECT_NE((std::string(error.what()) + error.remedy()).find(word), std::string::npos)
          << error.what();
    }
  };
  LlmOptions options;
  options.llms = {"openai:gpt-4o"};
  expect_error(options, "OPENAI_API_KEY");
  options.llms = {"openai"};
  expect_error(options, "model is missing");
  options.llms = {"openia:gpt-4o"};
  expect_error(options, "no provider openia");
  options.llms = {"compatible:x"};
  expect_error(options, "--base-url");
  options.base_url = "http://203.0.113.7/v1";
  options.offline = true;
  expect_error(options, "not this machine");
}

}  // namespace
}  // namespace dlfix::agent
