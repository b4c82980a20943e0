// A benchmark program with the study's rows: all of fit's rows train, those of evaluate() measure.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/output/reporter.h"
#include "agent/settings/benchmark_subject.h"
#include "agent/workflows/capture_folder.h"
#include "agent/workflows/subject.h"

namespace dlfix::agent {

/// What training the study's programs takes.
struct StudyEnvironment {
  trainer::Trainer& trainer;  ///< a CachingTrainer, so that nothing is trained twice
  Reporter& reporter;
  const std::atomic<bool>& cancel;
  CaptureFunction capture;  ///< reads a program by its manifest's names and profile
  std::string benchmark;    ///< data/benchmark
  std::string directory;    ///< for captures
};

/// Reads `program` once for `directory`. The plan has its training rows alone.
/// Errors: InputError when the program is not measured by evaluate() on arrays of its own; as the
/// capture.
Subject read_study_subject(const std::string& program, const std::string& directory,
                           const std::string& metric, const CaptureFunction& capture);

/// Divides the evaluation rows as the study does: searches see the larger part (plan.search), the
/// hold-out part is plan.final; all of fit's rows train. The subject is measured by evaluate().
void use_study_rows(Subject& subject, double test_size, std::uint32_t seed);

/// A copy of `program` below `folder` whose np.random.seed(N) has another number: the study draws
/// the data of some subjects anew in every training. Returns its path.
/// Errors: InputError when the program has no such line.
std::string redrawn_copy(const std::string& program, const std::string& folder, int seed);

/// The subject's program with `drawings` drawings of its data where the study draws them anew, else
/// once; `directory` keeps the captures. Errors: as read_study_subject().
std::vector<Subject> read_drawings(const BenchmarkSubject& about, int drawings,
                                   const std::string& directory, const CaptureFunction& capture,
                                   Reporter& reporter);

}  // namespace dlfix::agent
