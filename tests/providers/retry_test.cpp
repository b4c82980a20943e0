#include "providers/retry.h"

#include <gtest/gtest.h>

#include <ctime>

#include "tests/providers/http_responses.h"

namespace dlfix::providers {
namespace {

using std::chrono::milliseconds;

TEST(ProviderRetry, FollowsTheStatus) {
  const RetryPolicy policy;
  for (const int status : {0, 408, 409, 429, 500, 502, 503, 504, 529})
    EXPECT_TRUE(retry_delay(response_of(status), 1, policy, 0)) << status;
  for (const int status : {200, 400, 401, 403, 404, 422})
    EXPECT_FALSE(retry_delay(response_of(status), 1, policy, 0)) << status;
}

TEST(ProviderRetry, BacksOffExponentiallyUpToEightSecondsWithJitter) {
  const RetryPolicy policy{.retries = 10};
  EXPECT_EQ(retry_delay(response_of(500), 1, policy, 0), milliseconds(500));
  EXPECT_EQ(retry_delay(response_of(500), 3, policy, 0), milliseconds(2000));
  EXPECT_EQ(retry_delay(response_of(500), 9, policy, 0), milliseconds(8000));
  EXPECT_EQ(retry_delay(response_of(500), 1, policy, 0.5), milliseconds(437));
  EXPECT_FALSE(retry_delay(response_of(500), 11, policy, 0));
}

TEST(ProviderRetry, ObeysRetryAfterInAllForms) {
  const RetryPolicy policy;
  EXPECT_EQ(retry_delay(response_of(429, {{"retry-after", "3"}}), 1, policy, 0),
            milliseconds(3000));
  EXPECT_EQ(retry_delay(response_of(429, {{"retry-after", "0.5"}}), 1, policy, 0),
            milliseconds(500));
  EXPECT_EQ(
      retry_delay(response_of(429, {{"retry-after-ms", "40"}, {"retry-after", "9"}}), 1, policy, 0),
      milliseconds(40));
  char date[64];
  const std::time_t soon = std::time(nullptr) + 20;
  std::tm parts{};
  std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", gmtime_r(&soon, &parts));
  const auto delay = retry_delay(response_of(503, {{"retry-after", date}}), 1, policy, 0);
  ASSERT_TRUE(delay);
  EXPECT_NEAR(static_cast<double>(delay->count()), 20000, 2000);
  EXPECT_FALSE(retry_delay(response_of(429, {{"retry-after", "3600"}}), 1, policy, 0));
  EXPECT_EQ(retry_delay(response_of(429, {{"retry-after", "soon"}}), 1, policy, 0),
            milliseconds(500));
}

TEST(ProviderRetry, ObeysShouldRetry) {
  EXPECT_FALSE(retry_delay(response_of(500, {{"x-should-retry", "false"}}), 1, {}, 0));
  EXPECT_TRUE(retry_delay(response_of(422, {{"x-should-retry", "true"}}), 1, {}, 0));
}

TEST(ProviderRetry, NeverRetriesAnExhaustedQuotaOrAnOversizedRequest) {
  const std::string quota =
      R"({"error":{"code":"insufficient_quota","type":"insufficient_quota"}})";
  EXPECT_FALSE(retry_delay(response_of(429, {{"retry-after", "1"}}, quota), 1, {}, 0));
  EXPECT_TRUE(ends_the_run(response_of(429, {}, quota)));
  EXPECT_FALSE(retry_delay(
      response_of(429, {}, R"({"error":{"message":"Request too large for gpt-4"}})"), 1, {}, 0));
  EXPECT_FALSE(ends_the_run(response_of(429, {}, R"({"error":{"code":"rate_limit_exceeded"}})")));
  EXPECT_FALSE(ends_the_run(response_of(429, {}, "not json")));
  EXPECT_TRUE(ends_the_run(response_of(401)));
}

}  // namespace
}  // namespace dlfix::providers
