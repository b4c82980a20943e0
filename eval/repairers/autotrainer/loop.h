// AutoTrainer's search: problem, solutions one after another, training on from what there is.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "eval/repairers/autotrainer/design.h"
#include "eval/repairers/autotrainer/monitor.h"
#include "trainer/spec/weights_file.h"

namespace dlfix::eval::autotrainer {

/// A training under the monitor.
struct WatchedTraining {
  std::optional<Problem> problem;  ///< for which it was stopped
  std::int64_t epochs = 0;         ///< that it was run for
  double accuracy = 0;             ///< on the validation rows, after the last of them
  double best_accuracy = 0;        ///< the highest of all epochs
  bool failed = false;             ///< it could not be trained at all
  std::string failure;
};

/// What the loop trains with.
class Trainings {
 public:
  virtual ~Trainings() = default;
  /// Trains a design, from drawn weights or on from others, until the monitor finds a problem.
  /// nullopt: no further training may be run.
  virtual std::optional<WatchedTraining> watch(const Design& design,
                                               const std::optional<trainer::WeightsFile>& from,
                                               const MonitorOptions& monitor,
                                               std::uint64_t seed) = 0;
  /// The weights with which that training stopped after `epochs`. nullopt as above.
  virtual std::optional<trainer::WeightsFile> weights(
      const Design& design, const std::optional<trainer::WeightsFile>& from, std::int64_t epochs,
      std::uint64_t seed) = 0;
  /// Layers of a file that hold a number that is none.
  virtual std::set<std::int64_t> broken_layers(const trainer::WeightsFile& file) = 0;
};

struct LoopOptions {
  bool faithful = false;  ///< with the published code's defects
  std::uint64_t seed = 0;
};

struct Attempt {
  Problem against = Problem::kSlow;
  std::string solution;
  int attempt = 0;  ///< of the solution, from 0
  std::string words;
  Design design;
  WatchedTraining result;
};

enum class Outcome {
  kNoProblem,    ///< the program's training is fine
  kSolved,       ///< an attempt ended without a problem
  kPotential,    ///< the first problem is gone, another one has come
  kNone,         ///< nothing helped
  kInterrupted,  ///< no further training could be run
};
/// no_problem, solved, potential, no, interrupted.
std::string_view to_string(Outcome outcome);

struct Report {
  Outcome outcome = Outcome::kNone;
  WatchedTraining first;
  std::vector<Attempt> attempts;
  /// Index of the attempt whose model is returned, also one that helped little; -1: none.
  int returned = -1;
};

/// At most ten rounds; a solution that one round has used up comes in no later one. Source:
/// AUTOTRAINER, ICSE 2021, as its code of March 2021 has it. `program`: make_design().
Report run(const Design& program, Trainings& trainings, const LoopOptions& options);

}  // namespace dlfix::eval::autotrainer
