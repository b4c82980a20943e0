// Trains Keras models in LibTorch with Keras's semantics, requests of one shape as one fused batch.
// No LibTorch header is seen through this file.
#pragma once

#include <memory>
#include <span>
#include <string>

#include "trainer/spec/training.h"

namespace dlfix::trainer {

struct EngineOptions {
  std::string device = "auto";  ///< auto, cpu, cuda, cuda:n
  double memory_share = 0.7;    ///< of what is free; groups are split to stay below
  double memory_bytes = 0;      ///< a bound in bytes instead of a share; 0: none
  /// With memory_bytes: a training that needs more all by itself ends as kOutOfMemory. 0: none
  /// does.
  double memory_most = 0;
};

/// One device, one thread. A training is a pure function of its request and the kind of device:
/// what trains beside it changes nothing (bit for bit on a CPU).
class Engine {
 public:
  /// Errors: support::EnvironmentError when the device does not exist; InputError for its name.
  explicit Engine(const EngineOptions& options);
  ~Engine();
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;

  std::string device() const;   ///< "cpu", "cuda:0"
  std::string version() const;  ///< "torch 1.13.0"

  /// Trains all requests; each gets one on_result. Everything wrong with a request is a status in
  /// its result.
  void train(std::span<const TrainingRequest> requests, const TrainingCallbacks& callbacks);

  /// GFLOP/s of a matrix product on the processor, one thread.
  static double measure_products();

  struct Impl;

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace dlfix::trainer
