// How many of the killable mutants a test set kills.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace dlfix::eval {

/// The weakest killed value of an operator with ordered values, on both data; nullopt: none was.
struct OrderedOutcome {
  double strong = 0;  ///< the end of the range that changes most
  std::optional<double> on_training;
  std::optional<double> on_test;
};

/// (strong - on_test) / (strong - on_training), at most 1 and at least 0; a test set that kills
/// nothing has the strong end; 1 where both kill the same value, 0 where the test set does not kill
/// the only one (the strong end). nullopt: not killable on the training data, or unstable (killable
/// there at the strong end alone, and not so on the test data).
std::optional<double> ordered_score(const OrderedOutcome& outcome);

/// One value of an operator without order.
struct ValueOutcome {
  bool killed_on_training = false;
  bool killed_on_test = false;
  double training_power = 1;  ///< of the test on training data, anova_power
};

/// Share of the values killed on the training data, with a power of at least `least_power`, that
/// the test set kills too. nullopt: there is none.
std::optional<double> exhaustive_score(const std::vector<ValueOutcome>& values,
                                       double least_power = 0.8);

/// Mean over the operators that have a score; nullopt: none has.
/// Source of all: DeepCrime (ISSTA 2021) and its public code.
std::optional<double> mutation_score(const std::vector<std::optional<double>>& operators);

}  // namespace dlfix::eval
