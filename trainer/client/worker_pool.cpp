#include "trainer/client/worker_pool.h"

#include <mutex>

#include "trainer/client/crew.h"
#include "trainer/client/training_run.h"

namespace dlfix::trainer {
namespace {

class WorkerPool : public Trainer {
 public:
  explicit WorkerPool(const WorkerOptions& options)
      : options_(options), crew_(std::make_unique<Crew>(options)) {}

  void train(std::span<const TrainingRequest> requests,
             const TrainingCallbacks& callbacks) override {
    std::lock_guard lock(mutex_);
    TrainingRun(*crew_, options_.batch_cap, requests, callbacks).finish();
  }

  std::string device_kind() const override {
    std::string device = options_.device;
    if (device == "auto") {
      std::lock_guard lock(mutex_);
      crew_->await_first();
      device = crew_->device();
    }
    return device.starts_with("cuda") ? "cuda" : "cpu";
  }

 private:
  const WorkerOptions options_;
  mutable std::mutex mutex_;  ///< one call at a time uses the crew
  std::unique_ptr<Crew> crew_;
};

}  // namespace

std::unique_ptr<Trainer> make_worker_pool(const WorkerOptions& options) {
  return std::make_unique<WorkerPool>(options);
}

}  // namespace dlfix::trainer
