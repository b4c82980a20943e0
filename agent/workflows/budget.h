// --budget: what a search may cost.
#pragma once

#include <string>

namespace dlfix::agent {

struct Budget {
  enum class Unit {
    kFaultyTrainings,  ///< "20": multiples of the faulty program's training, in counted work
    kSeconds,          ///< "5m", "90s", "1h": wall time
    kTrials,           ///< "40trials": configs
  };
  Unit unit = Unit::kFaultyTrainings;
  double amount = 20;
  bool given = false;  ///< false: the default, which also keeps the whole run below half an hour
};

/// Errors: InputError naming the forms. An empty text is the default.
Budget parse_budget(const std::string& text);

/// "20 trainings of the program", "5 min", "40 trials".
std::string to_string(const Budget& budget);

}  // namespace dlfix::agent
