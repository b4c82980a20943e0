// When a failed request is worth sending again, and after how long.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "providers/api_error.h"
#include "providers/http.h"

namespace dlfix::providers {

struct RetryPolicy {
  int retries = 6;
  std::chrono::milliseconds longest_wait{
      120'000};  ///< a Retry-After beyond it: do not retry at all
  /// Attempts that took the whole time, or found nobody, are not worth as many.
  int retries_after_timeout = 1;
  int retries_without_server = 3;
};

/// Seconds that the server asks us to wait (retry-after-ms, else Retry-After as seconds or HTTP
/// date); nothing when it does not say or the value cannot be read.
std::optional<double> asked_wait(const HttpResponse& response);

/// Delay before attempt number `attempt` + 1, or nothing when the response is final. `jitter` in
/// [0, 1). Rule of the vendors' own clients: retry on no response, 408, 409, 429 and 5xx, obey
/// x-should-retry, retry-after-ms and Retry-After (seconds or HTTP date), else min(0.5 * 2^k, 8) s
/// * (1 - jitter / 4). A 429 for an exhausted quota or a request that is too large alone is final
/// whatever the headers say; so are an untrusted certificate, a URL that cannot be used and a
/// response beyond the limits.
std::optional<std::chrono::milliseconds> retry_delay(const HttpResponse& response, int attempt,
                                                     const RetryPolicy& policy, double jitter);

}  // namespace dlfix::providers
