// Keras's callbacks that change a training, as state machines over the numbers of each epoch.
#pragma once

#include <cmath>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "trainer/spec/model_spec.h"
#include "trainer/torch/profile.h"

namespace dlfix::trainer {

/// Values of an epoch by Keras's names: loss, accuracy, val_loss, ...; what was not measured is
/// absent.
using EpochLogs = std::map<std::string, double>;

/// Which of two values of a monitored quantity is better.
class Monitor {
 public:
  /// `mode`: auto, min or max; auto is max for accuracies, AUC and the like, else min.
  Monitor(std::string name, const std::string& mode, double min_delta);
  const std::string& name() const { return name_; }
  bool improves(double value, double best) const;
  double worst() const;
  /// Its value in the logs; accepts the aliases acc / accuracy. Null: not measured.
  const double* find(const EpochLogs& logs) const;

 private:
  std::string name_;
  bool larger_is_better_;
  double min_delta_;
};

class EarlyStopping {
 public:
  EarlyStopping(const nlohmann::json& attributes, const Profile& profile);
  struct Verdict {
    bool stop = false;
    bool best = false;  ///< the weights of this epoch are the ones to restore
  };
  Verdict end_epoch(std::int64_t epoch, const EpochLogs& logs);
  bool restores_best() const { return restore_best_; }
  /// Whether the end of a fit that was not stopped restores the best weights too.
  bool restores_unstopped() const { return restore_always_; }
  const Monitor& monitor() const { return monitor_; }

 private:
  Monitor monitor_;
  std::int64_t patience_;
  bool has_baseline_;
  double baseline_;
  bool restore_best_;
  bool restore_always_;
  bool first_is_best_;
  bool stops_first_;  ///< may stop after the very first epoch
  std::int64_t start_from_;
  double best_;
  std::int64_t wait_ = 0;
  bool seen_ = false;
};

class ReduceLearningRate {
 public:
  ReduceLearningRate(const nlohmann::json& attributes, const Profile& profile);
  /// Changes `learning_rate` when the monitored value has not improved for long enough.
  void end_epoch(const EpochLogs& logs, double& learning_rate);
  const Monitor& monitor() const { return monitor_; }

 private:
  Monitor monitor_;
  double factor_;
  std::int64_t patience_;
  std::int64_t cooldown_;
  double min_rate_;
  bool first_is_best_;
  double best_;
  bool seen_ = false;
  std::int64_t wait_ = 0;
  std::int64_t cooling_ = 0;
};

/// All callbacks of one training. ModelCheckpoint and those that only report are ignored.
class FitCallbacks {
 public:
  /// Errors: TrainingFailure (kUnsupported) for a callback of the program's own that may change
  /// the training, or a scheduler without its recorded table.
  FitCallbacks(const std::vector<CallbackSpec>& specs, const Profile& profile);
  /// The learning rate of an epoch (LearningRateScheduler: `values`, one per epoch).
  double begin_epoch(std::int64_t epoch, double learning_rate) const;
  EarlyStopping::Verdict end_epoch(std::int64_t epoch, const EpochLogs& logs,
                                   double& learning_rate);
  bool restores_best(bool stopped) const;
  bool tracks_best() const;
  /// Names of the quantities that some callback looks at.
  std::vector<std::string> monitored() const;

 private:
  std::vector<EarlyStopping> stoppers_;
  std::vector<ReduceLearningRate> reducers_;
  std::vector<double> schedule_;
};

}  // namespace dlfix::trainer
