// Trains random configurations of the study's programs and keeps how each went.
#pragma once

#include <atomic>
#include <string>
#include <vector>

#include "agent/output/reporter.h"
#include "agent/workflows/capture_folder.h"
#include "eval/stopping/curve.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

struct CurveOptions {
  std::vector<std::string> subjects;  ///< "D1", "M", ...
  int configs = 200;                  ///< of each subject, one training each
  std::uint64_t seed = 0;             ///< draws the configurations
};

struct CurveEnvironment {
  trainer::Trainer& trainer;
  Reporter& reporter;
  const std::atomic<bool>& cancel;
  CaptureFunction capture;  ///< reads a program by its manifest's names and profile
  std::string benchmark;    ///< data/benchmark
  std::string directory;    ///< for captures
};

/// Draws from the sane search space, every hyperparameter anew, learning rates on a logarithmic
/// scale, and measures the search rows after every epoch. Left out: what crashed, and trainings of
/// fewer than four epochs, in which there is nothing to save. Ctrl-C: those that are complete.
/// Errors: InputError (no such subject), EnvironmentError (data missing, trainer).
std::vector<eval::Curve> record_curves(const CurveOptions& options,
                                       const CurveEnvironment& environment);

}  // namespace dlfix::agent
