#include "eval/stopping/stopping_rule.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace dlfix::eval {
namespace {

constexpr std::int64_t kLeastEpochs = 4;

/// The smallest share of the error after one of the looks that was left at the end; 0: nothing is
/// known.
double least_left(std::span<const FinishedTraining> finished, std::string_view metric,
                  std::size_t look) {
  double least = std::numeric_limits<double>::infinity();
  for (const FinishedTraining& one : finished) {
    const double then = remaining_error(metric, one.values.at(look));
    if (then > 0 && std::isfinite(then))
      least = std::min(least, remaining_error(metric, one.final) / then);
  }
  return std::isfinite(least) ? std::min(least, 1.0) : 0;
}

}  // namespace

std::vector<double> stopping_shares() { return {0.25, 0.5, 0.75}; }

std::vector<double> needed_values(const StoppingRule& rule,
                                  std::span<const FinishedTraining> finished,
                                  std::string_view metric, double bar) {
  const double any = value_at_error(metric, std::numeric_limits<double>::infinity());
  std::vector<double> needed(stopping_shares().size(), any);
  if (finished.size() < rule.least_finished || !std::isfinite(bar)) return needed;
  for (std::size_t look = 0; look < needed.size(); ++look) {
    const double left = rule.safety * least_left(finished, metric, look);
    if (left > 0) needed[look] = value_at_error(metric, remaining_error(metric, bar) / left);
  }
  return needed;
}

std::vector<trainer::Milestone> milestones(const std::vector<double>& needed, std::int64_t epochs) {
  std::vector<trainer::Milestone> found;
  if (epochs < kLeastEpochs) return found;
  const auto shares = stopping_shares();
  for (std::size_t look = 0; look < shares.size(); ++look) {
    const double after = std::ceil(shares[look] * static_cast<double>(epochs));
    found.push_back({static_cast<std::int64_t>(after), needed.at(look)});
  }
  return found;
}

}  // namespace dlfix::eval
