// Mutants of a program: made, trained, and killed or not.
// Sources: DeepCrime (ISSTA 2021), DeepFD (ICSE 2022), their public code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/workflows/bench.h"
#include "eval/localisers/deepfd/run_history.h"
#include "eval/mutation/killing.h"
#include "eval/mutation/mutant.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

/// What asks for DeepFD's seeding among the operators.
inline constexpr const char* kDeepFdSeeding = "deepfd";

struct MutationOptions {
  /// kDeepFdSeeding alone, or ids of eval::mutation_operators().
  std::vector<std::string> operators{kDeepFdSeeding};
  int runs = 20;     ///< trainings of the program and of each mutant
  int mutants = 20;  ///< DeepFD's: with one fault, the types in turn
  int several = 5;   ///< DeepFD's: with two or three faults, of killed ones
  std::uint64_t seed = 0;
  std::string metric;  ///< DeepCrime's; empty: the program's own
  std::string profile;
};

/// The program (without a mutant) or one mutant, trained.
struct TrainedVersion {
  std::optional<eval::Mutant> mutant;
  std::vector<double> values;                  ///< metric of each training that ended with one
  std::string failure;                         ///< why others have none; empty: all have
  std::optional<eval::KillingResult> killing;  ///< none: the program itself, or too few values
  std::vector<eval::MonitoredRun> runs;        ///< by DeepFD's monitor; DeepFD's seeding only

  bool killed() const { return killing && killing->killed; }
};

/// What a search over ordered values found.
struct WeakestKilled {
  std::string operation;
  std::optional<double> killed;    ///< none: not even the strong end
  std::optional<double> survived;  ///< the strongest that was not
};

struct MutationReport {
  std::string program;
  std::string metric;
  std::string dataset;  ///< by the content of the training rows: one name a data set
  TrainedVersion original;
  std::vector<TrainedVersion> mutants;
  std::vector<WeakestKilled> weakest;
  std::vector<std::pair<std::string, std::string>> not_applicable;  ///< operator, why
  std::string device;
  int trainings = 0;
  double training_seconds = 0;
  bool interrupted = false;
};

/// Trains a captured program and its mutants. `scratch`: a folder of this run's own.
/// Errors: InputError for an unknown operator, DeepFD's seeding beside others or for labels that
/// are no classes, a program without labels or that the trainer cannot train;
/// EnvironmentError when no trainer can be started.
MutationReport mutate_program(const mapping::Program& program, const MutationOptions& options,
                              const std::string& scratch, Bench& bench);

}  // namespace dlfix::agent
