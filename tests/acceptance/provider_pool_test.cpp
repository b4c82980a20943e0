// How fast many replies arrive, measured: against the delays that the endpoint itself takes.
#include <gtest/gtest.h>

#include <algorithm>
#include <numeric>
#include <random>

#include "providers/http_provider.h"
#include "tests/providers/protocol/vendors.h"
#include "tests/providers/protocol/wire_server.h"

namespace dlfix::providers {
namespace {

using std::chrono::milliseconds;
using tests::Wire;
using tests::WireRequest;
using tests::WireServer;

/// The prompt is the request's number.
std::size_t number_of(const WireRequest& request) {
  const auto body = nlohmann::json::parse(request.body);
  return std::stoul(body["messages"][0]["content"].get<std::string>());
}

void answer(const WireRequest& request, Wire& wire) {
  wire.respond(200, tests::openai_vendor()
                        .answer(std::to_string(number_of(request)), tests::Ending::kStop)
                        .dump());
}

struct Outcome {
  double seconds = 0;
  std::vector<int> replies;  ///< per request, how often it was answered
  int ok = 0;
};

Outcome ask(const WireServer& server, int count, int concurrency) {
  Connection connection;
  connection.base_url = server.url() + "/v1";
  connection.http.concurrency = concurrency;
  std::vector<ChatRequest> requests;
  for (int index = 0; index < count; ++index)
    requests.push_back({"m", 0.5, {{"user", std::to_string(index)}}, 0});
  Outcome outcome;
  outcome.replies.resize(static_cast<std::size_t>(count));
  const auto provider = make_provider(*find_dialect("compatible"), std::move(connection));
  const auto start = std::chrono::steady_clock::now();
  provider->complete(requests, nullptr, [&](std::size_t index, const Reply& reply) {
    ++outcome.replies[index];
    outcome.ok += reply.outcome == ReplyOutcome::kOk && reply.text == std::to_string(index) ? 1 : 0;
  });
  outcome.seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  return outcome;
}

std::vector<int> random_delays(int count) {
  std::mt19937 random(5);
  std::vector<int> delays(static_cast<std::size_t>(count));
  for (auto& delay : delays) delay = std::uniform_int_distribution(500, 3000)(random);
  return delays;
}

/// Seconds of the delays on `slots` slots, each taken by the next request as it is free.
double list_schedule(const std::vector<int>& delays, int slots) {
  std::vector<int> free_at(static_cast<std::size_t>(slots), 0);
  for (const int delay : delays) {
    auto first = std::ranges::min_element(free_at);
    *first += delay;
  }
  return *std::ranges::max_element(free_at) / 1000.0;
}

TEST(ProviderPool, TenRepliesOfTwoSecondsTakeTwoSeconds) {
  WireServer server([](const WireRequest& request, Wire& wire) {
    if (wire.pause(milliseconds(2000))) answer(request, wire);
  });
  const Outcome outcome = ask(server, 10, 10);
  RecordProperty("seconds", std::to_string(outcome.seconds));
  std::printf("ten replies of 2 s, ten at a time: %.3f s\n", outcome.seconds);
  EXPECT_EQ(outcome.ok, 10);
  EXPECT_LT(outcome.seconds, 2.3);
}

TEST(ProviderPool, ThreeHundredRepliesComeAsFastAsSixteenSlotsAllow) {
  const auto delays = random_delays(300);
  WireServer server([&](const WireRequest& request, Wire& wire) {
    if (wire.pause(milliseconds(delays[number_of(request)]))) answer(request, wire);
  });
  const Outcome outcome = ask(server, 300, 16);
  const double ideal = list_schedule(delays, 16);
  std::printf(
      "300 replies, 16 at a time: %.2f s, list scheduling %.2f s (%+.1f %%), %d connections\n",
      outcome.seconds, ideal, (outcome.seconds / ideal - 1) * 100, server.connections());
  EXPECT_EQ(outcome.ok, 300);
  EXPECT_LT(outcome.seconds, ideal * 1.05);
  EXPECT_LE(server.connections(), 16) << "connections are used again";
}

TEST(ProviderPool, RateLimitsAndResetsLoseNothingAndDoubleNothing) {
  const auto delays = random_delays(300);
  std::mutex mutex;
  std::mt19937 random(6);
  std::vector<int> answered(300);
  int refused = 0;
  int reset = 0;
  WireServer server([&](const WireRequest& request, Wire& wire) {
    double draw = 0;
    {
      const std::lock_guard lock(mutex);
      draw = std::uniform_real_distribution<>(0, 1)(random);
    }
    if (draw < 0.10) {
      {
        const std::lock_guard lock(mutex);
        ++refused;
      }
      return wire.respond(
          429, tests::openai_vendor().error({429, "rate_limit_exceeded", "slower", ""}).dump(),
          {{"Retry-After", "1"}});
    }
    if (!wire.pause(milliseconds(delays[number_of(request)] / 4))) return;
    if (draw < 0.15) {
      {
        const std::lock_guard lock(mutex);
        ++reset;
      }
      return wire.reset();
    }
    {
      const std::lock_guard lock(mutex);
      ++answered[number_of(request)];
    }
    answer(request, wire);
  });
  const Outcome outcome = ask(server, 300, 16);
  std::printf("300 replies with %d rate limits and %d resets: %.2f s\n", refused, reset,
              outcome.seconds);
  EXPECT_GT(refused, 10);
  EXPECT_GT(reset, 5);
  EXPECT_EQ(outcome.ok, 300);
  EXPECT_EQ(std::ranges::count(outcome.replies, 1), 300);
  EXPECT_EQ(std::ranges::count(answered, 1), 300) << "no reply was paid for twice";
}

}  // namespace
}  // namespace dlfix::providers
