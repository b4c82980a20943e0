#include "trainer/client/batches.h"

#include <algorithm>
#include <cmath>

#include "trainer/spec/grouping.h"

namespace dlfix::trainer {
namespace {

// A share is not split off for less than this part of a batch.
constexpr double kTolerance = 1.05;

/// Indices by group, in the order in which the groups first appear.
std::vector<std::vector<std::size_t>> groups_of(std::span<const TrainingRequest> requests) {
  std::map<std::string, std::size_t> places;
  std::vector<std::vector<std::size_t>> groups;
  for (std::size_t i = 0; i < requests.size(); ++i) {
    const auto [entry, is_new] = places.emplace(group_key(requests[i]), groups.size());
    if (is_new) groups.emplace_back();
    groups[entry->second].push_back(i);
  }
  return groups;
}

}  // namespace

BatchQueue::BatchQueue(std::span<const TrainingRequest> requests, std::size_t cap) {
  for (const TrainingRequest& request : requests) work_.push_back(request_work(request));
  for (const auto& group : groups_of(requests)) {
    const std::size_t parts = (group.size() + cap - 1) / std::max<std::size_t>(cap, 1);
    for (std::size_t part = 0; part < parts; ++part) {  // equal parts: 130 is 65 + 65
      const auto begin = static_cast<std::ptrdiff_t>(group.size() * part / parts);
      const auto end = static_cast<std::ptrdiff_t>(group.size() * (part + 1) / parts);
      put_back({group.begin() + begin, group.begin() + end});
    }
  }
}

std::size_t BatchQueue::request_count() const {
  std::size_t count = 0;
  for (const Batch& batch : batches_) count += batch.requests.size();
  return count;
}

Batch BatchQueue::take(int workers, double running_work) {
  double queued = 0;
  for (const Batch& batch : batches_) queued += batch.work;
  const double share = (queued + running_work) / std::max(workers, 1);
  const auto longest =
      std::max_element(batches_.begin(), batches_.end(),
                       [](const Batch& one, const Batch& other) { return one.work < other.work; });
  Batch batch = std::move(*longest);
  batches_.erase(longest);
  const auto size = static_cast<double>(batch.requests.size());
  if (batch.requests.size() == 1 || batch.work <= share * kTolerance) return batch;
  const auto kept =
      static_cast<std::ptrdiff_t>(std::clamp(std::round(size * share / batch.work), 1.0, size - 1));
  put_back({batch.requests.begin() + kept, batch.requests.end()});
  batch.requests.resize(static_cast<std::size_t>(kept));
  batch.work = work_of(batch.requests);
  return batch;
}

void BatchQueue::put_back(std::vector<std::size_t> requests) {
  const double work = work_of(requests);
  batches_.push_back({std::move(requests), work});
}

double BatchQueue::work_of(const std::vector<std::size_t>& requests) const {
  double work = 0;
  for (const std::size_t index : requests) work += work_[index];
  return work;
}

}  // namespace dlfix::trainer
