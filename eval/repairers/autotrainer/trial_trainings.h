// AutoTrainer's trainings, run and charged by a search's runner.
#pragma once

#include "eval/repairers/autotrainer/loop.h"
#include "eval/repairers/autotrainer/recording.h"
#include "eval/repairers/repairer.h"

namespace dlfix::eval::autotrainer {

/// A training is run up to the first check that judges accuracies, and in full where that finds
/// nothing, so that a problem costs no more epochs than it took to be found.
class TrialTrainings : public Trainings {
 public:
  /// `base`: the program's own request; has validation rows.
  TrialTrainings(trainer::TrainingRequest base, TrialRunner& runner, KernelRule kernels)
      : base_(std::move(base)), runner_(runner), kernels_(kernels) {}

  std::optional<WatchedTraining> watch(const Design& design,
                                       const std::optional<trainer::WeightsFile>& from,
                                       const MonitorOptions& monitor, std::uint64_t seed) override;
  std::optional<trainer::WeightsFile> weights(const Design& design,
                                              const std::optional<trainer::WeightsFile>& from,
                                              std::int64_t epochs, std::uint64_t seed) override;
  std::set<std::int64_t> broken_layers(const trainer::WeightsFile& file) override;

 private:
  trainer::TrainingRequest request(const Design& design,
                                   const std::optional<trainer::WeightsFile>& from,
                                   std::int64_t epochs, std::uint64_t seed) const;
  /// `asked`: epochs that the training was to have.
  WatchedTraining judge(const trainer::TrainingResult& result, const MonitorOptions& monitor,
                        std::int64_t asked) const;

  trainer::TrainingRequest base_;
  TrialRunner& runner_;
  KernelRule kernels_;
};

}  // namespace dlfix::eval::autotrainer
