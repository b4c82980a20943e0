#include "eval/metrics/budget_replay.h"

#include <algorithm>
#include <optional>

namespace dlfix::eval {
namespace {

std::optional<double> best_within(const std::vector<TimedRun>& runs, double budget,
                                  bool higher_is_better) {
  std::optional<double> best;
  double spent = 0;
  for (const auto& run : runs) {
    spent += run.seconds;
    if (spent > budget) break;
    if (!best || (higher_is_better ? run.value > *best : run.value < *best)) best = run.value;
  }
  return best;
}

}  // namespace

std::vector<double> replay_budget(std::vector<TimedRun> runs, double budget_seconds, int repeats,
                                  bool higher_is_better, RandomStream& random) {
  std::vector<double> values;
  if (std::ranges::none_of(runs, [&](const auto& run) { return run.seconds <= budget_seconds; }))
    return values;
  while (static_cast<int>(values.size()) < repeats) {
    shuffle(runs, random);
    if (const auto best = best_within(runs, budget_seconds, higher_is_better))
      values.push_back(*best);
  }
  return values;
}

}  // namespace dlfix::eval
