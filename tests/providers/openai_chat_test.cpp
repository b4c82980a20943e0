#include "providers/openai_chat.h"

#include <gtest/gtest.h>

#include <chrono>
#include <set>

#include "tests/providers/chat_server.h"

namespace dlfix::providers {
namespace {

using tests::api_error;
using tests::ChatServer;
using tests::completion;

constexpr const char* kCanaryKey = "sk-canary-7d1f0c";

OpenAiEndpoint endpoint_of(const ChatServer& server) {
  OpenAiEndpoint endpoint;
  endpoint.base_url = server.base_url();
  endpoint.api_key = kCanaryKey;
  endpoint.retry.retries = 3;
  return endpoint;
}

std::vector<ChatRequest> ten_requests() {
  std::vector<ChatRequest> requests;
  for (int index = 0; index < 10; ++index)
    requests.push_back({"gpt-test", 0.5, {{"user", "repair this"}}, index});
  return requests;
}

std::vector<Reply> ask(const OpenAiEndpoint& endpoint, const std::vector<ChatRequest>& requests) {
  std::vector<Reply> replies(requests.size());
  std::vector<int> calls(requests.size());
  make_openai_provider(endpoint)->complete(requests, nullptr,
                                           [&](std::size_t index, const Reply& reply) {
                                             replies[index] = reply;
                                             ++calls[index];
                                           });
  for (const int count : calls) EXPECT_EQ(count, 1);
  return replies;
}

TEST(OpenAiProvider, SendsModelMessagesTemperatureAndNothingElse) {
  ChatServer server([](int, const auto&, auto& response) {
    response.set_content(completion("{\"lr\": 0.1}"), "application/json");
  });
  const auto replies = ask(endpoint_of(server), {ten_requests()[0]});
  const auto body = nlohmann::json::parse(server.bodies()[0]);
  EXPECT_EQ(body, (nlohmann::json{{"model", "gpt-test"},
                                  {"temperature", 0.5},
                                  {"messages", {{{"role", "user"}, {"content", "repair this"}}}}}));
  EXPECT_EQ(server.authorizations()[0], std::string("Bearer ") + kCanaryKey);
  EXPECT_EQ(replies[0].outcome, ReplyOutcome::kOk);
  EXPECT_EQ(replies[0].text, "{\"lr\": 0.1}");
  EXPECT_EQ(replies[0].model, "gpt-test-2024");
  EXPECT_EQ(replies[0].usage.prompt_tokens, 11);
  EXPECT_EQ(replies[0].usage.completion_tokens, 7);
}

TEST(OpenAiProvider, TenRepliesArriveAtOnceWhenConcurrencyAllows) {
  ChatServer server([](int number, const auto&, auto& response) {
    std::this_thread::sleep_for(std::chrono::milliseconds(300));
    response.set_content(completion(std::to_string(number)), "application/json");
  });
  auto endpoint = endpoint_of(server);
  endpoint.http.concurrency = 10;
  const auto start = std::chrono::steady_clock::now();
  const auto replies = ask(endpoint, ten_requests());
  const double seconds =
      std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  EXPECT_LT(seconds, 1.5) << "one after another they would take 3 s";
  std::set<std::string> texts;
  for (const auto& reply : replies) texts.insert(reply.text);
  EXPECT_EQ(texts.size(), 10U);
}

TEST(OpenAiProvider, RetriesRateLimitsAndServerErrorsAndCountsAttempts) {
  ChatServer server([](int number, const auto&, auto& response) {
    if (number == 0) {
      response.status = 429;
      response.set_header("Retry-After-Ms", "20");
      response.set_content(api_error("rate_limit_exceeded", "slow down"), "application/json");
    } else if (number == 1) {
      response.status = 500;
      response.set_header("Retry-After", "0.02");
    } else {
      response.set_content(completion("ok"), "application/json");
    }
  });
  const auto replies = ask(endpoint_of(server), {ten_requests()[0]});
  EXPECT_EQ(replies[0].outcome, ReplyOutcome::kOk);
  EXPECT_EQ(replies[0].attempts, 3);
}

TEST(OpenAiProvider, AnExhaustedQuotaStopsTheRunAtOnce) {
  ChatServer server([](int, const auto&, auto& response) {
    response.status = 429;
    response.set_header("Retry-After", "1");
    response.set_content(api_error("insufficient_quota", "you exceeded your quota"),
                         "application/json");
  });
  auto endpoint = endpoint_of(server);
  endpoint.http.concurrency = 1;
  const auto replies = ask(endpoint, ten_requests());
  EXPECT_EQ(server.served(), 1);
  for (const auto& reply : replies) {
    EXPECT_EQ(reply.outcome, ReplyOutcome::kFailed);
    EXPECT_NE(reply.error.find("quota"), std::string::npos) << reply.error;
  }
}

TEST(OpenAiProvider, AWrongKeyIsFinalAndNeverShown) {
  ChatServer server([](int, const auto&, auto& response) {
    response.status = 401;
    response.set_content(api_error("invalid_api_key", std::string("Incorrect key: ") + kCanaryKey),
                         "application/json");
  });
  const auto replies = ask(endpoint_of(server), ten_requests());
  for (const auto& reply : replies) {
    EXPECT_EQ(reply.outcome, ReplyOutcome::kFailed);
    EXPECT_EQ(to_json(reply).dump().find(kCanaryKey), std::string::npos);
  }
  EXPECT_NE(replies[0].error.find("401"), std::string::npos);
  EXPECT_NE(replies[0].error.find("check the API key"), std::string::npos);
}

TEST(OpenAiProvider, AModelWithoutTemperatureIsAskedOnceMoreAndTheReplySaysSo) {
  ChatServer server([](int, const auto& request, auto& response) {
    if (nlohmann::json::parse(request.body).contains("temperature")) {
      response.status = 400;
      response.set_content(
          api_error("unsupported_value", "'temperature' does not support 0.5", "temperature"),
          "application/json");
    } else {
      response.set_content(completion("ok"), "application/json");
    }
  });
  const auto replies = ask(endpoint_of(server), {ten_requests()[0]});
  EXPECT_EQ(replies[0].outcome, ReplyOutcome::kOk);
  EXPECT_FALSE(replies[0].temperature_applied);
  EXPECT_EQ(server.served(), 2);
}

TEST(OpenAiProvider, NamesEachKindOfUnusableReply) {
  const std::vector<std::pair<std::string, ReplyOutcome>> cases = {
      {completion("{\"lr\": 0.", "length"), ReplyOutcome::kTruncated},
      {completion(""), ReplyOutcome::kEmpty},
      {completion("", "content_filter"), ReplyOutcome::kContentFilter},
      {R"({"choices":[{"message":{"content":null,"refusal":"no"},"finish_reason":"stop"}]})",
       ReplyOutcome::kRefused},
      {"<html>proxy</html>", ReplyOutcome::kFailed},
      {R"({"choices":[]})", ReplyOutcome::kFailed},
      {R"({"choices":[3]})", ReplyOutcome::kFailed},
      {R"({"choices":[{"message":"x"}]})", ReplyOutcome::kEmpty},
      {"\xff\xfe", ReplyOutcome::kFailed},
  };
  for (const auto& [body, outcome] : cases) {
    HttpResponse response;
    response.status = 200;
    response.body = body;
    EXPECT_EQ(to_string(openai_reply({}, response).outcome), to_string(outcome)) << body;
  }
}

TEST(OpenAiProvider, AnEndpointThatIsDownIsAnErrorWithItsUrlAndARemedy) {
  OpenAiEndpoint endpoint;
  endpoint.base_url = "http://127.0.0.1:9/v1";
  endpoint.retry.retries = 1;
  const auto replies = ask(endpoint, {ten_requests()[0]});
  EXPECT_EQ(replies[0].outcome, ReplyOutcome::kFailed);
  EXPECT_EQ(replies[0].attempts, 2);
  EXPECT_NE(replies[0].error.find("http://127.0.0.1:9/v1"), std::string::npos);
  EXPECT_NE(replies[0].error.find("running"), std::string::npos);
}

TEST(OpenAiProvider, AnEndlessBodyEndsAtTheLimit) {
  ChatServer server([](int, const auto&, auto& response) {
    response.set_content_provider("application/json", [](std::size_t, httplib::DataSink& sink) {
      const std::string block(1 << 16, 'x');
      return sink.write(block.data(), block.size());
    });
  });
  auto endpoint = endpoint_of(server);
  endpoint.retry.retries = 0;
  endpoint.http.body_limit = 1 << 20;
  const auto replies = ask(endpoint, {ten_requests()[0]});
  EXPECT_EQ(replies[0].outcome, ReplyOutcome::kFailed);
  EXPECT_NE(replies[0].error.find("longer than the limit"), std::string::npos) << replies[0].error;
  EXPECT_LE(replies[0].raw.size(), std::size_t{1} << 20);
}

TEST(OpenAiProvider, CancelAnswersTheRestAsCancelled) {
  std::atomic<bool> cancel{false};
  ChatServer server([&](int number, const auto&, auto& response) {
    if (number == 1) cancel = true;
    response.set_content(completion("ok"), "application/json");
  });
  auto endpoint = endpoint_of(server);
  endpoint.http.concurrency = 1;
  int cancelled = 0;
  const auto requests = ten_requests();
  make_openai_provider(endpoint)->complete(requests, &cancel, [&](std::size_t, const Reply& reply) {
    cancelled += reply.outcome == ReplyOutcome::kCancelled ? 1 : 0;
  });
  EXPECT_GE(cancelled, 8);
}

TEST(ReplyKey, DependsOnRepetitionAndParametersButNotOnSecrets) {
  const auto requests = ten_requests();
  std::set<std::string> keys;
  for (const auto& request : requests) keys.insert(reply_key("openai", "http://a/v1", request));
  EXPECT_EQ(keys.size(), 10U);
  auto warmer = requests[0];
  warmer.temperature = 1.0;
  EXPECT_NE(reply_key("openai", "http://a/v1", warmer),
            reply_key("openai", "http://a/v1", requests[0]));
  EXPECT_NE(reply_key("openai", "http://b/v1", requests[0]),
            reply_key("openai", "http://a/v1", requests[0]));
}

TEST(Reply, SurvivesItsJsonForm) {
  Reply reply;
  reply.outcome = ReplyOutcome::kTruncated;
  reply.text = "text";
  reply.usage = {3, 4, true};
  reply.temperature_applied = false;
  reply.attempts = 2;
  EXPECT_EQ(to_json(reply_from_json(to_json(reply))), to_json(reply));
}

}  // namespace
}  // namespace dlfix::providers
