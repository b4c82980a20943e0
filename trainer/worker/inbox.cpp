#include "trainer/worker/inbox.h"

namespace dlfix::trainer {

void Inbox::add_batch(nlohmann::json message) {
  std::lock_guard lock(mutex_);
  batches_.push_back(std::move(message));
  changed_.notify_all();
}

void Inbox::cancel(std::int64_t id) {
  std::lock_guard lock(mutex_);
  if (id == running_) {
    cancelled_ = true;
    return;
  }
  for (const nlohmann::json& batch : batches_) {
    if (batch.at("id") == id) cancelled_early_.insert(id);
  }
}

void Inbox::close() {
  std::lock_guard lock(mutex_);
  closed_ = true;
  cancelled_ = true;
  changed_.notify_all();
}

std::optional<nlohmann::json> Inbox::next() {
  std::unique_lock lock(mutex_);
  running_ = -1;
  changed_.wait(lock, [this] { return closed_ || !batches_.empty(); });
  if (closed_) return std::nullopt;
  nlohmann::json batch = std::move(batches_.front());
  batches_.pop_front();
  running_ = batch.at("id").get<std::int64_t>();
  cancelled_ = cancelled_early_.erase(running_) > 0;
  return batch;
}

}  // namespace dlfix::trainer
