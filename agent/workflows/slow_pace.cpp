#include "agent/workflows/slow_pace.h"

#include <algorithm>
#include <optional>
#include <span>

namespace dlfix::agent {
namespace {

constexpr std::int64_t kMoreEpochs = 2;  ///< of the longer training

std::optional<double> seconds_of(Bench& bench, trainer::TrainingRequest request,
                                 std::int64_t epochs, const mapping::Program& program) {
  request.fit.epochs = epochs;
  const auto results = bench.train(std::span(&request, 1));
  if (!results.front()) return std::nullopt;
  refuse_untrainable(*results.front(), program);
  return results.front()->seconds;
}

}  // namespace

double slow_training_seconds(Bench& bench, const trainer::TrainingRequest& request,
                             double rows_ratio, const mapping::Program& program) {
  // The first training of a process loads things; another seed, so that the store keeps them apart.
  trainer::TrainingRequest warming = request;
  ++warming.seed;
  if (!seconds_of(bench, warming, 1, program)) return 0;
  const auto shorter = seconds_of(bench, request, 1, program);
  const auto longer = shorter ? seconds_of(bench, request, 1 + kMoreEpochs, program) : std::nullopt;
  if (!longer) return 0;
  const double epoch = std::max(0.0, *longer - *shorter) / kMoreEpochs;
  const double once = std::max(0.0, *shorter - epoch);
  return once + epoch * static_cast<double>(request.fit.epochs) * rows_ratio;
}

}  // namespace dlfix::agent
