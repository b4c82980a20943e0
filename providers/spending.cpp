#include "providers/spending.h"

#include <fmt/format.h>

#include <algorithm>

namespace dlfix::providers {
namespace {

constexpr std::int64_t kAssumedReply = 2048;  // for a cap: on the safe side
constexpr std::int64_t kExpectedReply = 500;  // for an announcement
constexpr std::int64_t kLeastReplyBound = 256;
constexpr double kPromptMargin = 1.3;  // the estimate's own error

double cost(const Price& price, std::int64_t prompt, std::int64_t reply) {
  return (price.input * static_cast<double>(prompt) + price.output * static_cast<double>(reply)) /
         1e6;
}

double cost(const Reservation& reservation) {
  return reservation.price
             ? cost(*reservation.price, reservation.prompt_tokens, reservation.reply_tokens)
             : 0;
}

}  // namespace

std::int64_t estimate_tokens(std::string_view text) {
  return (static_cast<std::int64_t>(text.size()) + 3) / 4;
}

std::int64_t estimate_prompt_tokens(const ChatRequest& request) {
  std::int64_t tokens = 0;
  for (const auto& message : request.messages) tokens += estimate_tokens(message.content);
  return tokens;
}

std::int64_t Spending::reply_bound(const ChatRequest& request) const {
  if (request.max_output_tokens > 0) return request.max_output_tokens;
  return longest_reply_ == 0 ? kAssumedReply : std::max(kLeastReplyBound, 2 * longest_reply_);
}

std::string Spending::exceeded(const Reservation& next) const {
  if (limits_.requests && spent_.requests + 1 > *limits_.requests)
    return fmt::format("--max-requests {}: reached", *limits_.requests);
  const std::int64_t tokens = next.prompt_tokens + next.reply_tokens;
  const std::int64_t spent = spent_.prompt_tokens + spent_.completion_tokens;
  if (limits_.tokens && spent + open_tokens_ + tokens > *limits_.tokens)
    return fmt::format("--max-tokens {}: {} spent, another request may take {}", *limits_.tokens,
                       spent, tokens);
  if (!limits_.usd) return {};
  if (!next.price || !spent_.usd)
    return fmt::format("--max-cost {}: the price of {} is not known", *limits_.usd, next.model);
  if (*spent_.usd + open_usd_ + cost(next) > *limits_.usd)
    return fmt::format("--max-cost {}: {:.4f} USD spent, another request may cost {:.4f}",
                       *limits_.usd, *spent_.usd, cost(next));
  return {};
}

Spending::Decision Spending::reserve(const std::string& provider, const ChatRequest& request,
                                     Reservation& reservation) {
  const std::lock_guard lock(mutex_);
  const double prompt = static_cast<double>(estimate_prompt_tokens(request)) * kPromptMargin;
  reservation = {provider, request.model, static_cast<std::int64_t>(prompt), reply_bound(request),
                 prices_.find(provider, request.model)};
  if (const std::string reason = exceeded(reservation); !reason.empty()) {
    if (open_ > 0 && !reason.starts_with("--max-requests")) return Decision::kWait;
    refusal_ = reason;
    return Decision::kNo;
  }
  ++spent_.requests;
  ++open_;
  open_tokens_ += reservation.prompt_tokens + reservation.reply_tokens;
  open_usd_ += cost(reservation);
  return Decision::kGo;
}

void Spending::settle(const Reservation& reservation, const Reply* reply) {
  const std::lock_guard lock(mutex_);
  --open_;
  open_tokens_ -= reservation.prompt_tokens + reservation.reply_tokens;
  open_usd_ = open_ == 0 ? 0 : open_usd_ - cost(reservation);
  if (reply == nullptr) return;
  std::int64_t prompt = reply->usage.prompt_tokens;
  std::int64_t completion = reply->usage.completion_tokens;
  if (!reply->usage.known) {
    prompt = reservation.prompt_tokens;
    completion = estimate_tokens(reply->text);
    spent_.estimated = true;
  }
  spent_.prompt_tokens += prompt;
  spent_.completion_tokens += completion;
  longest_reply_ = std::max(longest_reply_, completion);
  if (!reservation.price) spent_.usd.reset();
  if (spent_.usd) *spent_.usd += cost(*reservation.price, prompt, completion);
}

SpendingTotals Spending::totals() const {
  const std::lock_guard lock(mutex_);
  return spent_;
}

std::string Spending::refusal() const {
  const std::lock_guard lock(mutex_);
  return refusal_;
}

CostEstimate Spending::estimate(const std::string& provider,
                                std::span<const ChatRequest> requests) const {
  CostEstimate estimate;
  estimate.usd = 0;
  for (const auto& request : requests) {
    const std::int64_t prompt = estimate_prompt_tokens(request);
    const std::int64_t reply =
        request.max_output_tokens > 0
            ? std::min<std::int64_t>(request.max_output_tokens, kExpectedReply)
            : kExpectedReply;
    ++estimate.requests;
    estimate.prompt_tokens += prompt;
    estimate.reply_tokens += reply;
    const auto price = prices_.find(provider, request.model);
    if (!price) estimate.usd.reset();
    if (estimate.usd) *estimate.usd += cost(*price, prompt, reply);
  }
  return estimate;
}

}  // namespace dlfix::providers
