// What has been asked of the worker and not been done yet.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <mutex>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

namespace dlfix::trainer {

/// Filled by the reading thread, emptied by the training one.
class Inbox {
 public:
  void add_batch(nlohmann::json message);
  /// Cancels a batch, whether it runs, waits or is unknown (it has just ended).
  void cancel(std::int64_t id);
  /// No more messages will come: what runs is cancelled, what waits is dropped.
  void close();

  /// Waits for the next batch; nullopt once closed. Its cancel flag is cancelled().
  std::optional<nlohmann::json> next();
  const std::atomic<bool>& cancelled() const { return cancelled_; }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<nlohmann::json> batches_;
  std::set<std::int64_t> cancelled_early_;  ///< batches that were cancelled while they waited
  std::int64_t running_ = -1;
  bool closed_ = false;
  std::atomic<bool> cancelled_{false};
};

}  // namespace dlfix::trainer
