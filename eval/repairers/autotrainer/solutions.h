// AutoTrainer's built-in solutions as functions of a design.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "eval/repairers/autotrainer/design.h"
#include "eval/repairers/autotrainer/problem.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval::autotrainer {

/// A solution and how often it is tried at most.
struct Solution {
  std::string_view name;
  int tries = 1;
};

/// In the published order "balance". Source: AUTOTRAINER, commit of March 2021.
std::vector<Solution> solutions_for(Problem problem);

struct SolutionSetting {
  Problem problem = Problem::kSlow;
  int attempt = 0;  ///< counted from 0
  /// The published code with its defects: initialisers without effect, no ReduceLROnPlateau, a
  /// learning rate that never equals the wanted one, a batch size of 32 that ends its solution.
  bool faithful = false;
};

enum class Verdict {
  kApplied,
  kSkipAttempt,   ///< this one would change nothing
  kSkipSolution,  ///< nor would the attempts that are left
};

struct Application {
  Verdict verdict = Verdict::kSkipSolution;
  Design design;
  std::string words;  ///< "hidden activations become selu"
};

/// The design with a solution of solutions_for() applied. `random` is the attempt's own stream.
Application apply(std::string_view solution, const Design& design, const SolutionSetting& setting,
                  RandomStream& random);

/// Layers before the output's whose activation is an attribute of their own, no Activation layer.
std::vector<std::size_t> hidden_layers(const trainer::ModelSpec& model);

}  // namespace dlfix::eval::autotrainer
