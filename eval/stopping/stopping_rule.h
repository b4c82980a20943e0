// When a training's outcome counts as decided: it has further to go than any training of its
// program ever went.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "eval/stopping/curve.h"
#include "trainer/spec/training.h"

namespace dlfix::eval {

/// Learnt from a program's own trainings while they are searched. After a share of the epochs the
/// error that is left is e; in those that were finished, the error at the end was at least q times
/// that. A training is given up when even `safety` q e is more than the error of the best so far.
struct StoppingRule {
  std::size_t least_finished = 4;  ///< trainings before the first one may be given up
  double safety = 0.5;
};

/// Shares of the epochs after which trainings are looked at.
std::vector<double> stopping_shares();

/// A finished training: its values after the shares and at the end.
struct FinishedTraining {
  std::vector<double> values;
  double final = 0;
};

/// The values that a training must have after the shares to be gone on with, that is to come up to
/// `bar`: one for each share, -infinity or infinity where any will do.
std::vector<double> needed_values(const StoppingRule& rule,
                                  std::span<const FinishedTraining> finished,
                                  std::string_view metric, double bar);

/// The same as milestones of a training of so many epochs; none for fewer than four.
std::vector<trainer::Milestone> milestones(const std::vector<double>& needed, std::int64_t epochs);

}  // namespace dlfix::eval
