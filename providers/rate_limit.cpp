#include "providers/rate_limit.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <ctime>
#include <string_view>
#include <utility>

#include "providers/api_error.h"
#include "providers/retry.h"

namespace dlfix::providers {
namespace {

using std::chrono::milliseconds;

constexpr double kLongestWait = 120;

std::optional<double> parse_duration(std::string_view text) {
  constexpr std::pair<std::string_view, double> kUnits[] = {
      {"ms", 1e-3}, {"us", 1e-6}, {"h", 3600}, {"m", 60}, {"s", 1}, {"d", 86400}};
  double seconds = 0;
  while (!text.empty()) {
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || !std::isfinite(value) || value < 0) return {};
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    const auto unit = std::ranges::find_if(
        kUnits, [&](const auto& candidate) { return text.starts_with(candidate.first); });
    if (unit == std::end(kUnits)) return {};
    seconds += value * unit->second;
    text.remove_prefix(unit->first.size());
  }
  return seconds;
}

/// "2026-01-02T03:04:05Z", fractions and "+00:00" included; other offsets are not sent.
std::optional<double> parse_time(const std::string& text,
                                 std::chrono::system_clock::time_point now) {
  std::tm parts{};
  if (strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr) return {};
  return std::difftime(timegm(&parts), std::chrono::system_clock::to_time_t(now));
}

std::optional<std::int64_t> count(const HttpResponse& response, const std::string& name) {
  const auto found = response.headers.find(name);
  if (found == response.headers.end()) return {};
  std::int64_t value = 0;
  const auto& text = found->second;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || value < 0) return {};
  return value;
}

bool says_overloaded(const HttpResponse& response) {
  if (response.status == 503 || response.status == 529) return true;
  if (response.status != 429) return false;
  const ApiError error = read_api_error(response);
  return error.code == "slow_down" || error.type == "slow_down";
}

}  // namespace

std::optional<double> parse_reset(const std::string& text,
                                  std::chrono::system_clock::time_point now) {
  if (text.empty() || text.size() > 64) return {};
  if (const auto seconds = parse_duration(text)) return seconds;
  return parse_time(text, now);
}

milliseconds RateLimiter::wait(std::int64_t tokens, Clock::time_point now) const {
  auto until = paused_until_;
  if (requests_ && requests_->left < 1) until = std::max(until, requests_->until);
  if (tokens_ && tokens_->left < tokens) until = std::max(until, tokens_->until);
  if (until <= now) return milliseconds(0);
  return std::chrono::ceil<milliseconds>(until - now);
}

void RateLimiter::started(std::int64_t tokens) {
  if (requests_) --requests_->left;
  if (tokens_) tokens_->left -= tokens;
}

void RateLimiter::answered(const HttpResponse& response, Clock::time_point now) {
  if (response.status == 0) return;
  read_limits(response, now);
  if (response.status == 429)
    if (const auto wait = asked_wait(response); wait && *wait > 0 && *wait <= kLongestWait)
      paused_until_ = std::max(
          paused_until_, now + milliseconds(static_cast<std::int64_t>(std::ceil(*wait * 1000))));
  if (says_overloaded(response)) {
    window_ = std::max(1.0, window_ / 2);
  } else if (response.status == 200) {
    window_ = std::min<double>(concurrency_, window_ + 0.5);
  }
}

void RateLimiter::read_limits(const HttpResponse& response, Clock::time_point now) {
  constexpr std::pair<const char*, const char*> kRequests[] = {
      {"x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"},
      {"anthropic-ratelimit-requests-remaining", "anthropic-ratelimit-requests-reset"}};
  constexpr std::pair<const char*, const char*> kTokens[] = {
      {"x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"},
      {"anthropic-ratelimit-input-tokens-remaining", "anthropic-ratelimit-input-tokens-reset"},
      {"anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"}};
  const auto read = [&](const auto& names, std::optional<Allowance>& allowance) {
    for (const auto& [remaining, reset] : names) {
      const auto left = count(response, remaining);
      const auto when = response.headers.find(reset);
      if (!left || when == response.headers.end()) continue;
      const auto seconds = parse_reset(when->second, std::chrono::system_clock::now());
      if (!seconds || *seconds > kLongestWait) {
        allowance.reset();
        continue;
      }
      const auto delay = milliseconds(static_cast<std::int64_t>(std::max(0.0, *seconds) * 1000));
      allowance = Allowance{*left, now + delay};
      return;
    }
  };
  read(kRequests, requests_);
  read(kTokens, tokens_);
}

}  // namespace dlfix::providers
