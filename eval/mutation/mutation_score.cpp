#include "eval/mutation/mutation_score.h"

#include <algorithm>

namespace dlfix::eval {

std::optional<double> ordered_score(const OrderedOutcome& outcome) {
  if (!outcome.on_training) return std::nullopt;
  const double training = *outcome.on_training;
  const double test = outcome.on_test.value_or(outcome.strong);
  if (training == test) return outcome.on_test ? std::optional(1.0) : std::optional(0.0);
  if (training == outcome.strong) return std::nullopt;
  return std::clamp((outcome.strong - test) / (outcome.strong - training), 0.0, 1.0);
}

std::optional<double> exhaustive_score(const std::vector<ValueOutcome>& values,
                                       double least_power) {
  int killable = 0;
  int killed = 0;
  for (const ValueOutcome& value : values) {
    if (!value.killed_on_training || value.training_power < least_power) continue;
    ++killable;
    killed += value.killed_on_test ? 1 : 0;
  }
  if (killable == 0) return std::nullopt;
  return static_cast<double>(killed) / killable;
}

std::optional<double> mutation_score(const std::vector<std::optional<double>>& operators) {
  double sum = 0;
  int known = 0;
  for (const auto& score : operators) {
    if (!score) continue;
    sum += *score;
    ++known;
  }
  if (known == 0) return std::nullopt;
  return sum / known;
}

}  // namespace dlfix::eval
