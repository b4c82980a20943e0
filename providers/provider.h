// The one interface behind which every endpoint and every recording stands.
#pragma once

#include <atomic>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "providers/chat.h"

namespace dlfix::providers {

/// Called once per request as its reply arrives, in any order, never concurrently. What it stores
/// is safe.
using ReplyHandler = std::function<void(std::size_t request, const Reply&)>;

class Provider {
 public:
  virtual ~Provider() = default;
  /// "openai", "anthropic", "replay", ...: part of the key of a stored reply.
  virtual std::string dialect() const = 0;
  /// Base URL, or the file of a replay. Holds no secret.
  virtual std::string base_url() const = 0;
  /// Sends all requests and hands each one's reply to `on_reply`. After a reply that is
  /// `final_for_run` the requests not yet sent are answered as kFailed with the same error.
  virtual void complete(std::span<const ChatRequest> requests, const std::atomic<bool>* cancel,
                        const ReplyHandler& on_reply) = 0;
  /// Every answer is given to `on_received` as it came (kUnread), before anything reads it, and to
  /// complete()'s handler once it is read. Recordings have nothing to receive.
  virtual void set_on_received(ReplyHandler /*on_received*/) {}
  /// Reads a kUnread reply that was kept, as complete() would have.
  virtual Reply read(Reply unread) const { return unread; }
};

}  // namespace dlfix::providers
