// What a C++ program would do without this project: one model, one loop, LibTorch's own modules and
// optimisers. Kept as it is: the trainer's speed is told against it.
#pragma once

#include <ATen/ATen.h>

#include <functional>
#include <memory>
#include <vector>

#include "trainer/spec/training.h"

namespace dlfix::bench {

/// Sequential models of Dense, Conv2D, MaxPooling2D, AveragePooling2D, Flatten, Dropout and
/// Activation; the losses and optimisers of the study's programs.
class EagerTraining {
 public:
  /// Loads the arrays as float tensors onto the device and builds model and optimiser there.
  /// Errors: support::InputError naming what the loop does not have.
  explicit EagerTraining(const trainer::TrainingRequest& request,
                         const at::Device& device = at::kCPU);
  ~EagerTraining();

  /// fit: all epochs, batches in a new random order each. Returns the last epoch's mean loss.
  double fit();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace dlfix::bench
