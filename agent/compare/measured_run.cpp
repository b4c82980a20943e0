#include "agent/compare/measured_run.h"

#include <algorithm>

#include "agent/workflows/bench.h"

namespace dlfix::agent {
namespace {

constexpr std::size_t kShownEpochs = 50;  ///< of a learning curve

std::optional<eval::Flips> flips(const std::vector<float>& before,
                                 const trainer::TrainingResult& training) {
  const auto* evaluation = measured(training);
  if (!evaluation || evaluation->row_values.size() != before.size()) return std::nullopt;
  return eval::mean_flips(std::span(&before, 1), std::span(&evaluation->row_values, 1));
}

}  // namespace

trainer::TrainingRequest hold_out_request(const Subject& subject, const mapping::Config& changes,
                                          int seed) {
  return subject.request(changes, {subject.plan.train, subject.plan.final},
                         static_cast<std::uint64_t>(seed));
}

LearningCurve learning_curve(const trainer::TrainingResult& training) {
  LearningCurve curve;
  const std::size_t epochs = training.epochs.size();
  const std::size_t stride = std::max<std::size_t>(1, (epochs + kShownEpochs - 1) / kShownEpochs);
  for (std::size_t i = 0; i < epochs; ++i) {
    if (i % stride != 0 && i + 1 != epochs) continue;
    curve.epochs.push_back(static_cast<std::int64_t>(i) + 1);
    curve.loss.push_back(training.epochs[i].loss);
    curve.metric.push_back(training.epochs[i].metric);
  }
  return curve;
}

RunOutcome with_training(RunOutcome run, const trainer::TrainingResult& training,
                         const mapping::Program& program, const RowsAsWritten& as_written,
                         std::size_t repetition) {
  refuse_untrainable(training, program);
  run.value = measured_value(training);
  run.learning = learning_curve(training);
  if (repetition < as_written.size()) run.flips = flips(as_written[repetition], training);
  if (training.status != trainer::TrainingStatus::kOk)
    run.outcome = trainer::to_string(training.status);
  return run;
}

}  // namespace dlfix::agent
