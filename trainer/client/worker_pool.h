// Trains through worker processes that speak PROTOCOL.md (trainer/worker): dlfix-trainer, or the
// user's own Keras (keras_workers.h). Keeps LibTorch out of this process.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "trainer/spec/training.h"

namespace dlfix::trainer {

struct WorkerOptions {
  std::string executable;              ///< path of dlfix-trainer, or of an interpreter ...
  std::vector<std::string> launch;     ///< ... with its first arguments: -m PACKAGE
  std::vector<std::string> arguments;  ///< the worker's last ones
  std::string device = "auto";         ///< auto, cpu, cuda, cuda:n
  int workers = 0;                     ///< 0: one per core (one in all on CUDA)
  /// Memory for all workers together: a share of what is free, or bytes where they are given (a
  /// training that needs more ends as kOutOfMemory). Groups are split to stay below.
  double memory_share = 0.7;
  double memory_bytes = 0;
  std::size_t batch_cap = 128;  ///< most requests that one worker gets at a time
  /// Added to the workers' environment; may override the thread settings that they get.
  std::map<std::string, std::string> environment;
};

/// Starts workers on the first call of train(), each with one thread (PROTOCOL.md in
/// trainer/worker). Requests of one shape go to one worker as a fused batch; batches are
/// spread over workers by their counted work. A worker that dies (out of memory, crash) is
/// replaced; a request that kills a worker twice, alone, ends as kOutOfMemory or kCrash with the
/// signal named. Workers stay for later calls and die with this process. train() may be called from
/// several threads; one call runs at a time. device_kind() may start a worker when `device` is
/// auto, and throws as train() does.
std::unique_ptr<Trainer> make_worker_pool(const WorkerOptions& options);

}  // namespace dlfix::trainer
