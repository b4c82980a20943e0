// Hostile endpoints, commands, and what a run of many requests does when one thing is final.
#include <gtest/gtest.h>

#include <fstream>

#include "providers/api_error.h"
#include "providers/http_provider.h"
#include "tests/providers/protocol/scenarios.h"

namespace dlfix::providers {
namespace {

using std::chrono::milliseconds;
using tests::Scenarios;
using tests::Wire;
using tests::WireRequest;
using tests::WireServer;

std::size_t peak_kilobytes() {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;)
    if (word == "VmHWM:") {
      std::size_t size = 0;
      status >> size;
      return size;
    }
  return 0;
}

Connection quick(const WireServer& server) {
  Connection connection;
  connection.base_url = server.url() + "/v1";
  connection.retry.retries = 2;
  connection.http.timeout = milliseconds(1500);
  connection.http.idle_timeout = milliseconds(300);
  return connection;
}

std::vector<Reply> ask(Connection connection, const std::string& model, int count,
                       const std::atomic<bool>* cancel = nullptr) {
  std::vector<ChatRequest> requests;
  for (int index = 0; index < count; ++index)
    requests.push_back({model, 0.5, {{"user", "repair"}}, index});
  std::vector<Reply> replies(requests.size());
  std::vector<int> calls(requests.size());
  make_provider(*find_dialect("compatible"), std::move(connection))
      ->complete(requests, cancel, [&](std::size_t index, const Reply& reply) {
        replies[index] = reply;
        ++calls[index];
      });
  EXPECT_EQ(std::ranges::count(calls, 1), count);
  return replies;
}

TEST(ProviderBounds, AHostileEndpointCostsLittleTimeAndMemory) {
  WireServer server{Scenarios()};
  const std::size_t before = peak_kilobytes();
  for (const char* model : {"endless", "drip", "stall", "header-flood", "deep"}) {
    for (const bool stream : {false, true}) {
      const auto start = std::chrono::steady_clock::now();
      Connection connection = quick(server);
      connection.stream = stream;
      const Reply reply = ask(std::move(connection), model, 1)[0];
      EXPECT_EQ(reply.outcome, ReplyOutcome::kFailed) << model;
      EXPECT_LE(reply.attempts, 3) << model;
      EXPECT_LE(reply.raw.size(), std::size_t{4} << 20) << model;
      EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(8)) << model;
    }
  }
  EXPECT_LT(peak_kilobytes() - before, 100'000U);
}

TEST(ProviderBounds, AnEndpointThatIsDownIsAnErrorWithItsUrlAndARemedy) {
  Connection connection;
  connection.base_url = "http://127.0.0.1:9/v1";
  connection.retry.retries = 1;
  const Reply reply = ask(std::move(connection), "m", 1)[0];
  EXPECT_EQ(reply.outcome, ReplyOutcome::kFailed);
  EXPECT_EQ(reply.attempts, 2);
  EXPECT_NE(reply.error.find("http://127.0.0.1:9/v1"), std::string::npos);
  EXPECT_NE(reply.error.find("running"), std::string::npos);
}

TEST(ProviderBounds, AnExhaustedQuotaStopsTheRunWithWhatIsThere) {
  WireServer server([](const WireRequest& request, Wire& wire) {
    const auto& vendor = tests::openai_vendor();
    if (request.number < 3)
      return wire.respond(200, vendor.answer("ok", tests::Ending::kStop).dump());
    wire.respond(429, vendor.error({429, "insufficient_quota", "quota", ""}).dump(),
                 {{"Retry-After", "1"}});
  });
  Connection connection = quick(server);
  connection.http.concurrency = 1;
  const auto replies = ask(std::move(connection), "m", 10);
  EXPECT_EQ(server.served(), 4);
  EXPECT_EQ(std::ranges::count(replies, ReplyOutcome::kOk, &Reply::outcome), 3);
  for (std::size_t index = 3; index < replies.size(); ++index)
    EXPECT_NE(replies[index].error.find("quota"), std::string::npos) << replies[index].error;
}

TEST(ProviderBounds, WhatIsUnderWayWhenTheRunStopsIsStillTaken) {
  WireServer server([](const WireRequest& request, Wire& wire) {
    const auto& vendor = tests::openai_vendor();
    if (request.number == 0) {
      wire.pause(milliseconds(100));
      return wire.respond(401, vendor.error({401, "invalid_api_key", "revoked", ""}).dump());
    }
    wire.pause(milliseconds(400));
    wire.respond(200, vendor.answer("ok", tests::Ending::kStop).dump());
  });
  Connection connection = quick(server);
  connection.http.concurrency = 3;
  const auto replies = ask(std::move(connection), "m", 10);
  EXPECT_EQ(server.served(), 3);
  EXPECT_EQ(std::ranges::count(replies, ReplyOutcome::kOk, &Reply::outcome), 2);
}

TEST(ApiError, ALongMessageIsCutBetweenCharacters) {
  HttpResponse response;
  response.status = 400;
  for (const int before : {497, 498, 499, 500}) {
    const std::string words(static_cast<std::size_t>(before), 'w');
    response.body = nlohmann::json{{"error", {{"message", words + "\u20ac\u20ac"}}}}.dump();
    const std::string message = read_api_error(response).message;
    EXPECT_EQ(message, before == 497 ? words + "\u20ac" : words);
  }
}

TEST(ProviderBounds, OnceATemperatureIsRefusedItIsNotSentAgain) {
  WireServer server{Scenarios()};
  Connection connection = quick(server);
  connection.http.concurrency = 1;
  const auto replies = ask(std::move(connection), "no-temperature", 6);
  EXPECT_EQ(server.served(), 7);
  for (const auto& reply : replies) EXPECT_FALSE(reply.temperature_applied);
}

TEST(ProviderBounds, CancelAnswersTheRestWithinASecond) {
  std::atomic<bool> cancel{false};
  WireServer server([&](const WireRequest&, Wire& wire) {
    cancel = true;
    wire.pause(milliseconds(20'000));
  });
  const auto start = std::chrono::steady_clock::now();
  const auto replies = ask(quick(server), "m", 10, &cancel);
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(1));
  EXPECT_EQ(std::ranges::count(replies, ReplyOutcome::kCancelled, &Reply::outcome), 10);
}

TEST(ProviderBounds, ACommandAnswersWithItsOutput) {
  Connection connection;
  connection.command = "printf 'got: '; cat; printf ' at %s' \"$DLFIX_TEMPERATURE\"";
  connection.http.concurrency = 3;
  const auto* dialect = find_dialect("cmd");
  const ChatRequest request{"", 0.5, {{"user", "repair"}}, 0};
  Reply reply;
  make_provider(*dialect, connection)
      ->complete(std::span(&request, 1), nullptr,
                 [&](std::size_t, const Reply& answer) { reply = answer; });
  EXPECT_EQ(reply.outcome, ReplyOutcome::kOk);
  EXPECT_EQ(reply.text, "got: repair at 0.5");
  EXPECT_FALSE(reply.temperature_applied);

  connection.command = "echo no luck >&2; exit 4";
  make_provider(*dialect, connection)
      ->complete(std::span(&request, 1), nullptr,
                 [&](std::size_t, const Reply& answer) { reply = answer; });
  EXPECT_EQ(reply.outcome, ReplyOutcome::kFailed);
  EXPECT_NE(reply.error.find("exit code 4: no luck"), std::string::npos) << reply.error;
}

TEST(ReplyKey, DependsOnRepetitionAndParametersButNotOnSecrets) {
  const ChatRequest request{"m", 0.5, {{"user", "repair"}}, 0};
  ChatRequest other = request;
  other.repetition = 1;
  EXPECT_NE(reply_key("openai", "http://a/v1", request), reply_key("openai", "http://a/v1", other));
  other = request;
  other.max_output_tokens = 9;
  EXPECT_NE(reply_key("openai", "http://a/v1", request), reply_key("openai", "http://a/v1", other));
  EXPECT_NE(reply_key("openai", "http://a/v1", request),
            reply_key("openai", "http://b/v1", request));
}

TEST(Reply, SurvivesItsJsonForm) {
  Reply reply;
  reply.outcome = ReplyOutcome::kTruncated;
  reply.text = "text";
  reply.usage = {3, 4, true};
  reply.temperature_applied = false;
  reply.attempts = 2;
  reply.notes = {"one"};
  reply.system_fingerprint = "fp";
  EXPECT_EQ(to_json(reply_from_json(to_json(reply))), to_json(reply));
}

}  // namespace
}  // namespace dlfix::providers
