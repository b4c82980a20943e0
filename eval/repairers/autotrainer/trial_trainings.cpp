#include "eval/repairers/autotrainer/trial_trainings.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace dlfix::eval::autotrainer {

using trainer::TrainingResult;
using trainer::TrainingStatus;
using trainer::WeightsFile;

namespace {

/// Stands for a folder; the runner names it.
constexpr const char* kKept = "kept";

double known(double accuracy) { return std::isfinite(accuracy) ? accuracy : 0; }

}  // namespace

trainer::TrainingRequest TrialTrainings::request(const Design& design,
                                                 const std::optional<WeightsFile>& from,
                                                 std::int64_t epochs, std::uint64_t seed) const {
  trainer::TrainingRequest request = base_;
  request.model = design.model;
  request.compile = design.compile;
  request.fit = design.fit;
  request.fit.epochs = epochs;
  request.seed = seed;
  if (from) request.start = trainer::StartingWeights{*from, design.source_layer};
  request.trace = trace_spec();
  return request;
}

WatchedTraining TrialTrainings::judge(const TrainingResult& result, const MonitorOptions& monitor,
                                      std::int64_t asked) const {
  WatchedTraining watched;
  if (!result.trace) {
    watched.failed = true;
    watched.failure = result.reason;
    return watched;
  }
  const History history = history_of(result);
  watched.epochs = static_cast<std::int64_t>(history.epochs());
  MonitorOptions options = monitor;
  if (monitor.heeds_own_end && watched.epochs < asked) options.epochs = watched.epochs;
  const auto found = detect(history, checks_of(*result.trace, kernels_), options);
  if (found) {
    watched.problem = found->problem;
    watched.epochs = std::min(watched.epochs, found->epoch + 1);
  }
  for (std::int64_t epoch = 0; epoch < watched.epochs; ++epoch) {
    watched.accuracy = known(history.validation_accuracy[static_cast<std::size_t>(epoch)]);
    watched.best_accuracy = std::max(watched.best_accuracy, watched.accuracy);
  }
  return watched;
}

std::optional<WatchedTraining> TrialTrainings::watch(const Design& design,
                                                     const std::optional<WeightsFile>& from,
                                                     const MonitorOptions& monitor,
                                                     std::uint64_t seed) {
  const std::int64_t judged = first_judged_epoch(monitor.epochs) + 1;
  if (judged < monitor.epochs) {
    auto first = request(design, from, judged, seed);
    // Most problems are found here; the next round then goes on from these weights.
    first.keep_weights = kKept;
    const auto result = runner_.train(first);
    if (!result) return std::nullopt;
    WatchedTraining watched = judge(*result, monitor, judged);
    if (watched.failed || watched.problem) return watched;
  }
  const auto result = runner_.train(request(design, from, monitor.epochs, seed));
  if (!result) return std::nullopt;
  return judge(*result, monitor, monitor.epochs);
}

std::optional<WeightsFile> TrialTrainings::weights(const Design& design,
                                                   const std::optional<WeightsFile>& from,
                                                   std::int64_t epochs, std::uint64_t seed) {
  auto again = request(design, from, epochs, seed);
  again.keep_weights = kKept;
  const auto result = runner_.train(again);
  return result ? result->weights : std::nullopt;
}

std::set<std::int64_t> TrialTrainings::broken_layers(const WeightsFile& file) {
  std::set<std::int64_t> layers;
  for (const trainer::NamedWeight& weight : trainer::read_weights(file)) {
    const bool whole =
        std::ranges::all_of(weight.values, [](float value) { return std::isfinite(value); });
    std::int64_t layer = 0;
    std::from_chars(weight.name.data(), weight.name.data() + weight.name.size(), layer);
    if (!whole) layers.insert(layer);
  }
  return layers;
}

}  // namespace dlfix::eval::autotrainer
