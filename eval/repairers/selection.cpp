#include "eval/repairers/selection.h"

#include <cmath>
#include <limits>

#include "eval/statistics/descriptive.h"

namespace dlfix::eval {

double TrialResult::mean() const { return eval::mean(values); }

double oriented_mean(const RepairContext& context, const TrialResult& result) {
  const double value = result.mean();
  if (std::isnan(value)) return -std::numeric_limits<double>::infinity();
  return context.higher_is_better ? value : -value;
}

mapping::Config best_single_result(const RepairContext& context,
                                   std::span<const TrialResult> history) {
  const TrialResult* best = nullptr;
  for (std::size_t i = 1; i < history.size(); ++i) {
    if (!history[i].usable()) continue;
    if (best == nullptr || oriented_mean(context, history[i]) > oriented_mean(context, *best)) {
      best = &history[i];
    }
  }
  const bool better =
      best != nullptr && oriented_mean(context, *best) > oriented_mean(context, context.faulty);
  return better ? best->changes : mapping::Config{};
}

}  // namespace dlfix::eval
