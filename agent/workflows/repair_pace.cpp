// How much a run may do in half an hour.
#include <fmt/format.h>

#include <algorithm>

#include "agent/workflows/repair_state.h"
#include "agent/workflows/slow_pace.h"

namespace dlfix::agent {
namespace {

constexpr double kMinimiseTrainings = 8;  ///< what minimising takes as a rule
constexpr double kSlowestGflops =
    1.0;                          ///< below this no machine of today stays: no need to measure
constexpr double kSafety = 0.85;  ///< share of the half hour that is planned for

/// Trainings of the program that a whole run amounts to.
double trainings(const RepairState& state) {
  const double arms = 2.0 + static_cast<double>(state.options.ground_truths.size());
  return state.seeds + state.account.budget.amount + kMinimiseTrainings + arms * state.prove_seeds;
}

/// Seconds of one training on one core, by one measured epoch; 0 when interrupted.
double measure(RepairState& state) {
  state.environment.reporter.phase("estimate", "one epoch, to see how long things take");
  auto request = state.subject.request({}, state.subject.plan.search_use(), 0);
  if (state.options.slow_start) {
    return slow_training_seconds(state.bench, request, 1, state.subject.program);
  }
  const auto epochs = static_cast<double>(request.fit.epochs);
  request.fit.epochs = 1;
  const auto results = state.bench.train(std::span(&request, 1));
  return results.front() ? results.front()->seconds * epochs : 0;
}

void shrink(RepairState& state, double one) {
  const double limit = kSafety * kLongestRunSeconds * state.account.parallel;
  const double needed = trainings(state) * one;
  state.seeds = std::min(state.seeds, 1);
  state.prove_seeds = std::min(state.prove_seeds, kFewestProofSeeds);
  state.account.budget.amount = std::min(state.account.budget.amount, 10.0);
  const double share = limit / (trainings(state) * one);
  if (share < 1) state.subject.plan.shrink_training(share);
  state.warn(fmt::format(
      "at {:.0f} s a training the whole would take {:.0f} minutes; to stay below {:.0f} it is cut "
      "to "
      "{} seed, a budget of {:.0f} and {} proving seeds{}. Give --budget to have all of it",
      one, needed / state.account.parallel / 60, kLongestRunSeconds / 60, state.seeds,
      state.account.budget.amount, state.prove_seeds,
      share < 1 ? fmt::format(", on {} of the training rows", state.subject.plan.train.size())
                : ""));
}

}  // namespace

void set_pace(RepairState& state) {
  state.seeds = state.options.seeds;
  state.prove_seeds = state.options.prove_seeds;
  state.account.budget = state.options.budget;
  state.account.parallel = std::max(1.0, state.options.parallel);
  if (state.options.budget.given) return;
  state.account.seconds_limit = kSafety * kLongestRunSeconds / 2;
  const double limit = kSafety * kLongestRunSeconds * state.account.parallel;
  const bool surely_quick = trainings(state) * state.subject.work({}) / kSlowestGflops < limit;
  if (surely_quick && !state.options.slow_start) return;
  const double one = measure(state);
  if (one * trainings(state) > limit) shrink(state, one);
}

bool is_quick(const RepairState& state, const mapping::Config& config, int trainings,
              double share) {
  if (state.options.budget.given) return true;
  const double relative = state.subject.work(config) / state.account.faulty_work;
  return trainings * relative * state.account.faulty_seconds < share * kLongestRunSeconds;
}

}  // namespace dlfix::agent
