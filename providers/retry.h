// When a failed request is worth sending again, and after how long.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "providers/http.h"

namespace dlfix::providers {

struct RetryPolicy {
  int retries = 6;
  std::chrono::milliseconds longest_wait{
      120'000};  ///< a Retry-After beyond it: do not retry at all
};

/// Delay before attempt number `attempt` + 1, or nothing when the response is final. `jitter` in
/// [0, 1). Rule of the vendors' own clients: retry on no response, 408, 409, 429 and 5xx, obey
/// x-should-retry, retry-after-ms and Retry-After (seconds or HTTP date), else min(0.5 * 2^k, 8) s
/// * (1 - jitter / 4). A 429 for an exhausted quota or a request that is too large alone is final
/// whatever the headers say.
std::optional<std::chrono::milliseconds> retry_delay(const HttpResponse& response, int attempt,
                                                     const RetryPolicy& policy, double jitter);

/// True for answers that make every further request pointless: 401, 403, exhausted quota.
bool ends_the_run(const HttpResponse& response);

}  // namespace dlfix::providers
