// Pacing by what an endpoint's headers say.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "providers/http.h"

namespace dlfix::providers {

/// Seconds until a limit is whole again: "1s", "6m0s", "20ms", "1h2m3.5s" (OpenAI), or an RFC 3339
/// time (Anthropic) seen from `now`. Nothing when it cannot be read.
std::optional<double> parse_reset(const std::string& text,
                                  std::chrono::system_clock::time_point now);

/// One per endpoint. Counts down what x-ratelimit-* or anthropic-ratelimit-* leave, waits for the
/// reset where nothing is left, pauses everything for the Retry-After of a 429, and sends fewer at
/// a time to an endpoint that says it is overloaded (half; one more after every two answers). Waits
/// longer than two minutes are left to the endpoint to refuse.
class RateLimiter {
 public:
  using Clock = std::chrono::steady_clock;

  explicit RateLimiter(int concurrency) : concurrency_(concurrency), window_(concurrency) {}
  /// How long a request of about `tokens` has to wait; zero: it may start.
  std::chrono::milliseconds wait(std::int64_t tokens, Clock::time_point now) const;
  void started(std::int64_t tokens);
  void answered(const HttpResponse& response, Clock::time_point now);
  /// How many may be under way.
  int window() const { return static_cast<int>(window_); }

 private:
  struct Allowance {
    std::int64_t left = 0;
    Clock::time_point until;
  };
  void read_limits(const HttpResponse& response, Clock::time_point now);

  int concurrency_;
  double window_;
  Clock::time_point paused_until_{};
  std::optional<Allowance> requests_;
  std::optional<Allowance> tokens_;
};

}  // namespace dlfix::providers
