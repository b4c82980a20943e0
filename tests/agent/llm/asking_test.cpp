#include "agent/llm/asking.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <filesystem>
#include <fstream>

#include <set>

#include "tests/providers/protocol/scenarios.h"
#include "tests/temporary_folder.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using providers::ReplyOutcome;
using tests::Scenarios;
using tests::WireServer;

constexpr const char* kCanary = "sk-canary-93b1f7e2d4";

std::string read_all(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

class AskProviders : public testing::Test {
 protected:
  std::vector<Endpoint> open(const std::string& llm) {
    LlmOptions options = options_;
    options.llms = {llm};
    options.base_url = server_.url() + (llm.starts_with("compatible") ? "/v1" : "");
    return open_endpoints(options, [this](const std::string& name) -> std::optional<std::string> {
      const auto found = environment_.find(name);
      if (found == environment_.end()) return std::nullopt;
      return found->second;
    });
  }
  Answers ask_model(const std::string& llm, const Provenance& provenance = {}) {
    const auto endpoints = open(llm);
    Store store(store_file_);
    const auto requests = independent_requests(endpoints[0], "repair this", options_);
    return ask(endpoints[0], requests, store, cancel_, provenance);
  }

  tests::TemporaryFolder folder_;
  std::string store_file_ = folder_.file("store.sqlite");
  WireServer server_{Scenarios()};
  LlmOptions options_;
  std::map<std::string, std::string> environment_;
  std::atomic<bool> cancel_{false};
};

TEST_F(AskProviders, EveryTemperatureAndRepetitionIsARequestOfItsOwnAndNoneIsSentTwice) {
  options_.temperatures = {0, 0.5, 1};
  options_.replies = 4;
  options_.concurrency = 4;
  const Answers first = ask_model("compatible:ok");
  EXPECT_EQ(first.replies.size(), 12U);
  EXPECT_EQ(first.sent, 12);
  std::map<double, int> temperatures;
  for (const auto& request : server_.requests())
    ++temperatures[nlohmann::json::parse(request.body)["temperature"].get<double>()];
  EXPECT_EQ(temperatures, (std::map<double, int>{{0, 4}, {0.5, 4}, {1, 4}}));
  const Answers second = ask_model("compatible:ok");
  EXPECT_EQ(second.sent, 0);
  EXPECT_EQ(second.stored, 12);
  EXPECT_EQ(server_.served(), 12);
  options_.replies = 5;
  EXPECT_EQ(ask_model("compatible:ok").sent, 3) << "only what is missing";
}

TEST_F(AskProviders, AnAnswerThatNobodyReadIsReadFromTheStore) {
  options_.replies = 1;
  const auto endpoints = open("compatible:ok");
  const auto requests = independent_requests(endpoints[0], "repair this", options_);
  {  // as a process that is killed between receiving and reading leaves it
    Store store(store_file_);
    const auto key = providers::reply_key("compatible", server_.url() + "/v1", requests[0]);
    providers::Reply unread;
    unread.outcome = ReplyOutcome::kUnread;
    unread.raw = tests::openai_vendor().answer("kept", tests::Ending::kStop).dump();
    store.put_reply({key, "compatible", "ok", {}, providers::to_json(unread)});
  }
  const Answers answers = ask_model("compatible:ok");
  EXPECT_EQ(server_.served(), 0);
  EXPECT_EQ(answers.stored, 1);
  EXPECT_EQ(answers.replies[0].text, "kept");
  EXPECT_EQ(answers.replies[0].outcome, ReplyOutcome::kOk);
}

TEST_F(AskProviders, WhatIsKeptTellsHowItCameAbout) {
  options_.replies = 1;
  ask_model("compatible:ok", {{"prompt_sha256", "abc"}, {"template", "repair_listing"}});
  Store store(store_file_);
  const auto endpoints = open("compatible:ok");
  const auto request = independent_requests(endpoints[0], "repair this", options_)[0];
  const auto record =
      store.reply(providers::reply_key("compatible", server_.url() + "/v1", request));
  ASSERT_TRUE(record);
  EXPECT_EQ(record->request["provenance"]["prompt_sha256"], "abc");
  EXPECT_EQ(record->request["dialect"], "compatible");
  EXPECT_EQ(record->request["messages"][0]["content"], "repair this");
  EXPECT_EQ(record->response["model"], tests::kModel);
  EXPECT_EQ(record->response["request_id"], "req-7");
  EXPECT_EQ(record->response["system_fingerprint"], "fp_1");
  EXPECT_EQ(record->response["attempts"], 1);
  EXPECT_FALSE(record->response["raw"].get<std::string>().empty());
}

TEST_F(AskProviders, FailuresAreNotKept) {
  options_.replies = 3;
  const Answers answers = ask_model("compatible:no-model");
  EXPECT_EQ(std::ranges::count(answers.replies, ReplyOutcome::kFailed, &providers::Reply::outcome),
            3);
  EXPECT_EQ(Store(store_file_).counts().replies, 0);
  EXPECT_THROW(throw_when_all_failed(std::span(&answers, 1)), support::EnvironmentError);
}

TEST_F(AskProviders, ARefusedTemperatureIsSaidOnce) {
  options_.replies = 3;
  const Answers answers = ask_model("compatible:no-temperature");
  const auto about = [](const std::string& note) {
    return note.find("not at the one asked for") != std::string::npos;
  };
  EXPECT_EQ(std::ranges::count_if(answers.notes, about), 1);
}

TEST_F(AskProviders, SeveralEndpointsAreAskedAtTheSameTime) {
  options_.replies = 2;
  std::vector<Endpoint> endpoints;
  std::vector<std::vector<providers::ChatRequest>> requests;
  for (const char* llm : {"compatible:slow", "anthropic:slow", "ollama:slow"}) {
    endpoints.push_back(std::move(open(llm).front()));
    requests.push_back(independent_requests(endpoints.back(), "x", options_));
  }
  Store store(store_file_);
  int progress = 0;
  const auto start = std::chrono::steady_clock::now();
  const auto answers = ask_all(endpoints, requests, store, cancel_, {}, [&](int done, int of) {
    progress = done;
    EXPECT_EQ(of, 6);
  });
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::milliseconds(1500))
      << "one after another they take 1.8 s";
  EXPECT_EQ(progress, 6);
  EXPECT_EQ(store.counts().replies, 6);
  for (const auto& one : answers)
    for (const auto& reply : one.replies) EXPECT_EQ(reply.text, Scenarios::kText) << reply.error;
}

/// The key goes to the endpoint's header and nowhere else: not into the store, replies, notes or
/// errors, though the endpoint itself repeats it.
TEST_F(AskProviders, TheKeyIsFoundNowhere) {
  const std::string key_file = folder_.file("key");
  std::ofstream(key_file) << kCanary;
  ::chmod(key_file.c_str(), 0600);
  std::string said;
  for (const std::string way : {"environment", "file", "command"}) {
    options_.key_file = way == "file" ? key_file : "";
    options_.key_command = way == "command" ? "cat " + key_file : "";
    environment_.clear();
    if (way == "environment")
      environment_ = {{"OPENAI_API_KEY", kCanary}, {"ANTHROPIC_API_KEY", kCanary}};
    for (const std::string llm : {"compatible:ok", "compatible:echo-key", "anthropic:ok",
                                  "anthropic:echo-key", "openai-responses:page"}) {
      options_.replies = 1;
      const Answers answers = ask_model(llm);
      for (const auto& reply : answers.replies) said += providers::to_json(reply).dump();
      for (const auto& note : answers.notes) said += note;
      try {
        throw_when_all_failed(std::span(&answers, 1));
      } catch (const support::EnvironmentError& error) {
        said += error.what() + error.remedy();
      }
    }
  }
  int sent = 0;
  for (const auto& request : server_.requests())
    for (const auto& [name, value] : request.headers)
      sent += value.find(kCanary) != std::string::npos ? 1 : 0;
  EXPECT_GE(sent, 9) << "the test is worth nothing when the key is not sent";
  EXPECT_EQ(said.find(kCanary), std::string::npos);
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder_.path())) {
    if (!entry.is_regular_file() || entry.path() == key_file) continue;
    EXPECT_EQ(read_all(entry.path()).find(kCanary), std::string::npos) << entry.path();
  }
}

}  // namespace
}  // namespace dlfix::agent
