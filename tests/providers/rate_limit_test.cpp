#include "providers/rate_limit.h"

#include <gtest/gtest.h>

#include <ctime>

#include "tests/providers/http_responses.h"

namespace dlfix::providers {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(ProviderPacing, ReadsResetsInEveryForm) {
  const auto now = std::chrono::system_clock::now();
  EXPECT_DOUBLE_EQ(*parse_reset("1s", now), 1);
  EXPECT_DOUBLE_EQ(*parse_reset("6m0s", now), 360);
  EXPECT_DOUBLE_EQ(*parse_reset("20ms", now), 0.02);
  EXPECT_DOUBLE_EQ(*parse_reset("1h2m3.5s", now), 3723.5);
  const std::time_t soon = std::chrono::system_clock::to_time_t(now) + 30;
  char text[64];
  std::tm parts{};
  std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", gmtime_r(&soon, &parts));
  EXPECT_NEAR(*parse_reset(text, now), 30, 1);
  for (const char* bad : {"", "soon", "1x", "-3s", "nan", "1s2"})
    EXPECT_FALSE(parse_reset(bad, now)) << bad;
}

TEST(ProviderPacing, WaitsForTheResetWhenNothingIsLeft) {
  RateLimiter limiter(8);
  const auto now = RateLimiter::Clock::now();
  limiter.answered(response_of(200, {{"x-ratelimit-remaining-requests", "2"},
                                     {"x-ratelimit-reset-requests", "5s"}}),
                   now);
  EXPECT_EQ(limiter.wait(10, now).count(), 0);
  limiter.started(10);
  limiter.started(10);
  EXPECT_EQ(limiter.wait(10, now), seconds(5));
  EXPECT_EQ(limiter.wait(10, now + seconds(6)).count(), 0);
}

TEST(ProviderPacing, CountsTokensOfEitherVendor) {
  RateLimiter limiter(8);
  const auto now = RateLimiter::Clock::now();
  limiter.answered(response_of(200, {{"x-ratelimit-remaining-tokens", "100"},
                                     {"x-ratelimit-reset-tokens", "2s"}}),
                   now);
  EXPECT_EQ(limiter.wait(90, now).count(), 0);
  EXPECT_EQ(limiter.wait(200, now), seconds(2));
}

TEST(ProviderPacing, ARateLimitPausesEverything) {
  RateLimiter limiter(8);
  const auto now = RateLimiter::Clock::now();
  limiter.answered(response_of(429, {{"retry-after", "3"}}), now);
  EXPECT_EQ(limiter.wait(1, now), seconds(3));
  EXPECT_EQ(limiter.window(), 8) << "the limit was per minute, not of what runs at once";
}

TEST(ProviderPacing, AnOverloadedEndpointGetsFewerAtATimeAndRecovers) {
  RateLimiter limiter(8);
  const auto now = RateLimiter::Clock::now();
  limiter.answered(response_of(529, {}), now);
  EXPECT_EQ(limiter.window(), 4);
  limiter.answered(response_of(429, {}, R"({"error":{"code":"slow_down"}})"), now);
  EXPECT_EQ(limiter.window(), 2);
  for (int answer = 0; answer < 4; ++answer) limiter.answered(response_of(200, {}), now);
  EXPECT_EQ(limiter.window(), 4);
  for (int failure = 0; failure < 9; ++failure) limiter.answered(response_of(503, {}), now);
  EXPECT_EQ(limiter.window(), 1);
}

TEST(ProviderPacing, AResetThatIsFarAwayOrNonsenseIsLeftToTheEndpoint) {
  RateLimiter limiter(8);
  const auto now = RateLimiter::Clock::now();
  for (const char* reset : {"8h0m0s", "soon", ""})
    limiter.answered(response_of(200, {{"x-ratelimit-remaining-requests", "0"},
                                       {"x-ratelimit-reset-requests", reset}}),
                     now);
  EXPECT_EQ(limiter.wait(10, now).count(), 0);
}

}  // namespace
}  // namespace dlfix::providers
