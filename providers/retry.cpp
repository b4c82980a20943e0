#include "providers/retry.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <string>

namespace dlfix::providers {
namespace {

using std::chrono::milliseconds;

std::optional<double> as_number(const std::string& text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size() || !std::isfinite(value)) return {};
  return value;
}

std::optional<std::string> header(const HttpResponse& response, const std::string& name) {
  const auto found = response.headers.find(name);
  if (found == response.headers.end()) return {};
  return found->second;
}

bool retryable_status(int status) {
  return status == 0 || status == 408 || status == 409 || status == 429 || status >= 500;
}

int retries_for(const HttpResponse& response, const RetryPolicy& policy) {
  switch (response.failure) {
    case HttpFailure::kUnusable:
    case HttpFailure::kTls:
    case HttpFailure::kTooLong:
      return 0;
    case HttpFailure::kTimeout:
    case HttpFailure::kIdle:
      return std::min(policy.retries, policy.retries_after_timeout);
    case HttpFailure::kResolve:
    case HttpFailure::kConnect:
      return std::min(policy.retries, policy.retries_without_server);
    default:
      return policy.retries;
  }
}

bool too_large_alone(const ApiError& error) {
  return error.status == 429 && error.message.find("Request too large") != std::string::npos;
}

}  // namespace

std::optional<double> asked_wait(const HttpResponse& response) {
  if (const auto text = header(response, "retry-after-ms"))
    if (const auto value = as_number(*text)) return *value / 1000;
  const auto text = header(response, "retry-after");
  if (!text) return {};
  if (const auto value = as_number(*text)) return value;
  const std::time_t date = curl_getdate(text->c_str(), nullptr);
  if (date < 0) return {};
  return std::difftime(date, std::time(nullptr));
}

std::optional<milliseconds> retry_delay(const HttpResponse& response, int attempt,
                                        const RetryPolicy& policy, double jitter) {
  if (response.status >= 200 && response.status < 300) return {};
  if (attempt > retries_for(response, policy)) return {};
  if (response.status != 0) {
    const ApiError error = read_api_error(response);
    if (ends_the_run(response) || too_large_alone(error)) return {};
    const auto said = header(response, "x-should-retry");
    if (said == "false") return {};
    if (said != "true" && !retryable_status(response.status)) return {};
  }
  if (const auto wait = asked_wait(response); wait && *wait > 0) {
    const double limit = std::chrono::duration<double>(policy.longest_wait).count();
    if (*wait > limit) return {};
    return milliseconds(static_cast<std::int64_t>(std::ceil(*wait * 1000)));
  }
  const double seconds = std::min(0.5 * std::pow(2.0, attempt - 1), 8.0) * (1 - jitter / 4);
  return milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace dlfix::providers
