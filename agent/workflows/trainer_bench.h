// How fast the trainer is: against a plain LibTorch loop, against Keras, against what the machine's
// own primitives allow. All contestants take turns in one run.
#pragma once

#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "agent/output/reporter.h"
#include "agent/workflows/capture_folder.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

struct TrainerBenchOptions {
  std::vector<std::string> subjects;  ///< of data/benchmark: D6, M, ...
  int rounds = 3;
  double work = 150;         ///< GFLOP of one training; longer ones are cut, for all contestants
  std::int64_t steps = 500;  ///< of one training; longer ones are cut
  bool eager = true;         ///< --against eager
  bool keras = false;        ///< --against keras
  int candidates = 100;      ///< different configurations trained in one batch; 0: none
};

struct TrainerBenchEnvironment {
  Reporter& reporter;
  const std::atomic<bool>& cancel;
  CaptureFunction capture;
  std::string benchmark;             ///< data/benchmark
  std::string directory;             ///< for captures
  std::vector<std::string> program;  ///< argv of dlfix-trainer-bench
  std::vector<std::string> keras;    ///< argv of the Keras contestant; empty: not at hand
  trainer::Trainer* pool = nullptr;  ///< ours on all cores, to stand against Keras
};

/// Seconds of one training: the median over the rounds. Not measured: NaN.
struct SubjectSpeed {
  std::string subject;
  std::int64_t batch = 0, steps = 0, epochs = 0;
  double eager, single, fused, candidates, eager_candidates, pool, keras;
  double primitive_step = 0;   ///< seconds that convolutions and products alone take in one step
  double primitive_gflop = 0;  ///< of one step

  double fused_over_eager, single_over_eager, candidates_over_eager;  ///< medians of the rounds
  double fused_over_keras;
  double primitive_share;  ///< of the floating-point rate that the primitives alone reach
};

struct TrainerSpeed {
  std::vector<SubjectSpeed> subjects;
  double sgemm_gflops = 0, copy_gbs = 0;
  int rounds = 0;
};

/// Errors: InputError (no such subject, one that a contestant cannot train), EnvironmentError (a
/// contestant cannot be started or dies).
TrainerSpeed measure_trainer(const TrainerBenchOptions& options,
                             const TrainerBenchEnvironment& environment);

std::string to_text(const TrainerSpeed& speed);
nlohmann::json to_document(const TrainerSpeed& speed);

/// `count` requests that differ in what may differ inside a batch: seed, optimiser, learning rate,
/// the hidden layers' activation. The first is `request` itself but for its seed.
std::vector<trainer::TrainingRequest> vary_request(const trainer::TrainingRequest& request,
                                                   int count);

}  // namespace dlfix::agent
