// How a training that cannot go on says so inside the engine; the engine turns it into a result.
#pragma once

#include <stdexcept>
#include <string>

#include "trainer/spec/training.h"

namespace dlfix::trainer {

/// A request that ends without numbers: Keras would have raised (kCrash), or the trainer does not
/// have what is asked (kUnsupported). Never leaves the engine.
class TrainingFailure : public std::runtime_error {
 public:
  TrainingFailure(TrainingStatus status, const std::string& reason)
      : std::runtime_error(reason), status_(status) {}
  TrainingStatus status() const { return status_; }

 private:
  TrainingStatus status_;
};

[[noreturn]] inline void fail_as_crash(const std::string& reason) {
  throw TrainingFailure(TrainingStatus::kCrash, reason);
}
[[noreturn]] inline void fail_as_unsupported(const std::string& reason) {
  throw TrainingFailure(TrainingStatus::kUnsupported, reason);
}

}  // namespace dlfix::trainer
