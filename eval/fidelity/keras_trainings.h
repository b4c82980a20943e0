// What the study measured in Keras: configurations and their results.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::eval {

enum class KerasOutcome {
  kNumber,   ///< every run gave a number
  kNan,      ///< some run finished with a metric that is no number
  kCrashed,  ///< some run raised
  kUnknown,  ///< cut by a time limit or a crash: nobody knows which
};
std::string_view to_string(KerasOutcome outcome);

struct MeasuredConfig {
  mapping::Config config;       ///< every name of the subject
  std::vector<double> search;   ///< metric on the search part, one per run
  std::vector<double> holdout;  ///< on the holdout part, two decimals; the neutrality runs too
  KerasOutcome outcome = KerasOutcome::kNumber;
};

/// The configurations of one subject in the file `keras_trainings.jsonl.gz` of the study's data,
/// without those of the programs that have a regulariser of their own. Errors: InputError naming
/// file and line; EnvironmentError when the file cannot be read.
std::vector<MeasuredConfig> read_keras_trainings(const std::string& file,
                                                 const std::string& subject);

}  // namespace dlfix::eval
