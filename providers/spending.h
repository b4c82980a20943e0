// What a run's requests cost, and the caps that stop them before they are exceeded.
#pragma once

#include <cstdint>
#include <mutex>
#include <optional>
#include <span>
#include <string>

#include "providers/chat.h"
#include "providers/prices.h"

namespace dlfix::providers {

struct SpendingLimits {
  std::optional<double> usd;
  std::optional<std::int64_t> tokens;    ///< prompts and replies together
  std::optional<std::int64_t> requests;  ///< as sent, repeated ones included
};

struct SpendingTotals {
  std::int64_t requests = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t completion_tokens = 0;
  std::optional<double> usd = 0;  ///< nothing: the price of some reply is not known
  bool estimated = false;         ///< some endpoint did not count its tokens: ours are estimates
};

/// Estimate: bytes / 4, within 20-30 % for code.
std::int64_t estimate_tokens(std::string_view text);
std::int64_t estimate_prompt_tokens(const ChatRequest& request);

/// What a set of requests will cost, before any is sent.
struct CostEstimate {
  std::int64_t requests = 0;
  std::int64_t prompt_tokens = 0;
  std::int64_t reply_tokens = 0;  ///< assumed
  std::optional<double> usd;      ///< nothing: price not known
};

/// What one request may take while it is under way.
struct Reservation {
  std::string provider;
  std::string model;
  std::int64_t prompt_tokens = 0;
  std::int64_t reply_tokens = 0;
  std::optional<Price> price;
};

/// Shared by everything that a run asks; every function may be called from any thread.
class Spending {
 public:
  Spending(SpendingLimits limits, PriceTable prices)
      : limits_(limits), prices_(std::move(prices)) {}

  enum class Decision {
    kGo,
    kWait,  ///< what is under way may leave room
    kNo,    ///< a cap would be exceeded
  };
  /// Before an attempt; on kGo `reservation` has to be settled. A reply whose length is not bounded
  /// is reserved with twice the longest seen so far (2,048 tokens before any was).
  Decision reserve(const std::string& provider, const ChatRequest& request,
                   Reservation& reservation);
  /// After an attempt. A failed one (`reply` null) has cost a request and no tokens.
  void settle(const Reservation& reservation, const Reply* reply);

  SpendingTotals totals() const;
  /// "--max-cost 0.50: ..."; empty while nothing was refused.
  std::string refusal() const;
  CostEstimate estimate(const std::string& provider, std::span<const ChatRequest> requests) const;
  const PriceTable& prices() const { return prices_; }
  const SpendingLimits& limits() const { return limits_; }

 private:
  std::int64_t reply_bound(const ChatRequest& request) const;
  std::string exceeded(const Reservation& next) const;

  SpendingLimits limits_;
  PriceTable prices_;
  mutable std::mutex mutex_;
  SpendingTotals spent_;
  std::int64_t open_ = 0;  ///< requests under way, and what they may take
  std::int64_t open_tokens_ = 0;
  double open_usd_ = 0;
  std::int64_t longest_reply_ = 0;
  std::string refusal_;
};

}  // namespace dlfix::providers
