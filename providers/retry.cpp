#include "providers/retry.h"

#include <curl/curl.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <ctime>
#include <nlohmann/json.hpp>
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

/// Seconds that the server asks us to wait; nothing when it does not say.
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

/// `error.code` and `error.type` of an OpenAI-shaped body; empty when it is none.
std::string error_words(const HttpResponse& response) {
  const auto json = nlohmann::json::parse(response.body, nullptr, false);
  if (!json.is_object() || !json.contains("error") || !json["error"].is_object()) return {};
  std::string words;
  for (const char* field : {"code", "type", "message"})
    if (const auto value = json["error"].find(field);
        value != json["error"].end() && value->is_string())
      words += value->get<std::string>() + "\n";
  return words;
}

bool quota_is_spent(const HttpResponse& response) {
  if (response.status != 429) return false;
  const std::string words = error_words(response);
  return words.find("insufficient_quota") != std::string::npos ||
         words.find("credit_balance_exhausted") != std::string::npos;
}

bool retryable_status(int status) {
  return status == 0 || status == 408 || status == 409 || status == 429 || status >= 500;
}

}  // namespace

bool ends_the_run(const HttpResponse& response) {
  return response.status == 401 || response.status == 403 || quota_is_spent(response);
}

std::optional<milliseconds> retry_delay(const HttpResponse& response, int attempt,
                                        const RetryPolicy& policy, double jitter) {
  if (response.status >= 200 && response.status < 300) return {};
  if (attempt > policy.retries || quota_is_spent(response)) return {};
  if (response.status == 429 &&
      error_words(response).find("Request too large") != std::string::npos)
    return {};
  const auto said = header(response, "x-should-retry");
  if (said == "false") return {};
  if (said != "true" && !retryable_status(response.status)) return {};

  if (const auto wait = asked_wait(response); wait && *wait > 0) {
    const double limit = std::chrono::duration<double>(policy.longest_wait).count();
    if (*wait > limit) return {};
    return milliseconds(static_cast<std::int64_t>(std::ceil(*wait * 1000)));
  }
  const double seconds = std::min(0.5 * std::pow(2.0, attempt - 1), 8.0) * (1 - jitter / 4);
  return milliseconds(static_cast<std::int64_t>(seconds * 1000));
}

}  // namespace dlfix::providers
