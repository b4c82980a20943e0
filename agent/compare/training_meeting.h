// Searches that run side by side have what they wait for trained in one batch: the trainer fuses
// what has one shape, and a search that tries one setting after the other gets that too.
#pragma once

#include <condition_variable>
#include <exception>
#include <mutex>
#include <span>
#include <string>
#include <vector>

#include "trainer/spec/training.h"

namespace dlfix::agent {

/// Every search has a thread and a seat. As soon as all that still sit there wait for trainings,
/// the thread that is in serve() trains them together. That it is one and the same thread matters:
/// a trainer's process ends with the thread that started it.
class TrainingMeeting {
 public:
  /// What a search takes for its trainer. An exception of the real one reaches everybody who waits.
  class Seat : public trainer::Trainer {
   public:
    explicit Seat(TrainingMeeting& meeting) : meeting_(meeting) {}
    void train(std::span<const trainer::TrainingRequest> requests,
               const trainer::TrainingCallbacks& callbacks) override;
    std::string device_kind() const override { return meeting_.device_kind_; }

   private:
    TrainingMeeting& meeting_;
  };

  /// `inner` must outlive it.
  explicit TrainingMeeting(trainer::Trainer& inner)
      : inner_(inner), device_kind_(inner.device_kind()) {}

  /// Before a search's thread is started; leave() at its end.
  void enter();
  void leave();
  /// Trains for those who wait until everybody has left.
  void serve();

 private:
  /// Trainings that one search waits for.
  struct Visit {
    std::span<const trainer::TrainingRequest> requests;
    const trainer::TrainingCallbacks* callbacks;
    bool served = false;
    std::exception_ptr error = {};
  };

  void train_together(std::span<Visit* const> visits);

  trainer::Trainer& inner_;
  std::string device_kind_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::size_t seated_ = 0;
  std::vector<Visit*> waiting_;
};

}  // namespace dlfix::agent
