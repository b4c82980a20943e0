#include "agent/compare/training_meeting.h"

#include <utility>

namespace dlfix::agent {

using trainer::TrainingCallbacks;
using trainer::TrainingProgress;
using trainer::TrainingRequest;
using trainer::TrainingResult;

void TrainingMeeting::Seat::train(std::span<const TrainingRequest> requests,
                                  const TrainingCallbacks& callbacks) {
  Visit visit{requests, &callbacks};
  std::unique_lock lock(meeting_.mutex_);
  meeting_.waiting_.push_back(&visit);
  meeting_.changed_.notify_all();
  meeting_.changed_.wait(lock, [&] { return visit.served; });
  if (visit.error) std::rethrow_exception(visit.error);
}

void TrainingMeeting::enter() {
  const std::scoped_lock lock(mutex_);
  ++seated_;
}

void TrainingMeeting::leave() {
  const std::scoped_lock lock(mutex_);
  --seated_;
  changed_.notify_all();
}

void TrainingMeeting::serve() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] { return waiting_.size() == seated_; });
    if (seated_ == 0) return;
    const auto visits = std::exchange(waiting_, {});
    lock.unlock();
    std::exception_ptr error;
    try {
      train_together(visits);
    } catch (...) {
      error = std::current_exception();
    }
    lock.lock();
    for (Visit* visit : visits) {
      visit->error = error;
      visit->served = true;
    }
    changed_.notify_all();
  }
}

void TrainingMeeting::train_together(std::span<Visit* const> visits) {
  struct Origin {
    const Visit* visit;
    std::size_t request;
  };
  std::vector<TrainingRequest> requests;
  std::vector<Origin> origins;
  for (const Visit* visit : visits) {
    for (std::size_t i = 0; i < visit->requests.size(); ++i) {
      requests.push_back(visit->requests[i]);
      origins.push_back({visit, i});
    }
  }
  TrainingCallbacks callbacks;
  callbacks.cancel = visits.front()->callbacks->cancel;
  callbacks.on_result = [&](std::size_t index, const TrainingResult& result) {
    origins[index].visit->callbacks->on_result(origins[index].request, result);
  };
  callbacks.on_progress = [&](const TrainingProgress& progress) {
    const Origin& origin = origins[progress.request];
    if (!origin.visit->callbacks->on_progress) return;
    TrainingProgress own = progress;
    own.request = origin.request;
    origin.visit->callbacks->on_progress(own);
  };
  inner_.train(requests, callbacks);
}

}  // namespace dlfix::agent
