// The conversation of PROTOCOL.md, without LibTorch: what trains is passed in.
#pragma once

#include <functional>
#include <span>
#include <string>

#include "trainer/spec/training.h"

namespace dlfix::trainer {

struct WorkerSession {
  std::string trainer;  ///< "torch 1.13.0"
  std::string device;   ///< "cpu"
  /// Trains a batch; Engine::train or a test double.
  std::function<void(std::span<const TrainingRequest>, const TrainingCallbacks&)> train;
};

/// Says hello on `output_fd`, then serves what comes on `input_fd` until it ends: one batch after
/// the other on this thread, cancels on a second one. A batch that is running when the input ends
/// is cancelled. Returns when all is said; also when nobody listens any more.
void serve(const WorkerSession& session, int input_fd, int output_fd);

}  // namespace dlfix::trainer
