// Where a workflow has its trainings done: keeps the account, tells progress, heeds Ctrl-C.
#pragma once

#include <atomic>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "agent/output/reporter.h"
#include "mapping/program/program.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

class Bench {
 public:
  /// All must outlive the bench.
  Bench(trainer::Trainer& trainer, Reporter& reporter, const std::atomic<bool>& cancel)
      : trainer_(trainer), reporter_(reporter), cancel_(cancel) {}

  /// One result per request, in order; none where Ctrl-C came first.
  /// `from`, `to`: which part of the phase's progress these trainings are.
  /// Errors: EnvironmentError when no trainer can be started.
  std::vector<std::optional<trainer::TrainingResult>> train(
      std::span<const trainer::TrainingRequest> requests, double from = 0, double to = 1);

  bool interrupted() const { return cancel_; }
  Reporter& reporter() { return reporter_; }
  /// Different trainings asked for so far, stored or not.
  int trainings() const { return static_cast<int>(keys_.size()); }
  double training_seconds() const { return training_seconds_; }  ///< their own wall time in sum
  const std::string& device() const { return device_; }          ///< as the last result names it
  const std::string& trainer_name() const { return trainer_name_; }

 private:
  void account(const trainer::TrainingRequest& request, const trainer::TrainingResult& result);

  trainer::Trainer& trainer_;
  Reporter& reporter_;
  const std::atomic<bool>& cancel_;
  std::set<std::string> keys_;
  double training_seconds_ = 0;
  std::string device_ = "none";
  std::string trainer_name_;
};

/// Refuses a program that cannot be trained at all. Errors: InputError when the trainer does not
/// have something that the model needs; EnvironmentError when memory does not suffice or the
/// trainer died. The message begins with the program's file, and the line where it is known.
void refuse_untrainable(const trainer::TrainingResult& result, const mapping::Program& program);

/// The measured rows of a result; nullptr when the training has none (crashed, cancelled).
const trainer::EvaluationResult* measured(const trainer::TrainingResult& result);
/// Metric on the measured rows; NaN when the training crashed or diverged.
double measured_value(const trainer::TrainingResult& result);
/// Why a training has no value: "line 12: labels have 3 columns, the model 10"; empty when it has.
std::string failure(const trainer::TrainingResult& result);

}  // namespace dlfix::agent
