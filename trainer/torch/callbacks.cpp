#include "trainer/torch/callbacks.h"

#include <algorithm>
#include <array>
#include <limits>

#include "trainer/torch/failure.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

bool is_maximised(const std::string& name) {
  for (const char* part : {"acc", "auc", "AUC", "precision", "recall", "f1", "fmeasure"}) {
    if (name.find(part) != std::string::npos) return true;
  }
  return false;
}

double number(const json& attributes, const char* name, double otherwise) {
  const auto found = attributes.find(name);
  return found != attributes.end() && found->is_number() ? found->get<double>() : otherwise;
}

std::int64_t whole(const json& attributes, const char* name, std::int64_t otherwise) {
  return static_cast<std::int64_t>(number(attributes, name, double(otherwise)));
}

Monitor make_monitor(const json& attributes, double min_delta) {
  return Monitor(attributes.value("monitor", "val_loss"), attributes.value("mode", "auto"),
                 min_delta);
}

std::string with_other_spelling(const std::string& name) {
  const bool validation = name.rfind("val_", 0) == 0;
  const std::string bare = validation ? name.substr(4) : name;
  const std::string prefix = validation ? "val_" : "";
  for (const char* accuracy : {"acc", "accuracy", "categorical_accuracy", "binary_accuracy",
                               "sparse_categorical_accuracy"}) {
    if (bare == accuracy) return prefix + "accuracy";
  }
  if (bare == "mean_absolute_error") return prefix + "mae";
  if (bare == "mean_squared_error") return prefix + "mse";
  return name;
}

bool only_reports(const std::string& name) {
  static const std::array<const char*, 7> kReporting{
      "ModelCheckpoint", "TensorBoard", "CSVLogger",    "History",
      "ProgbarLogger",   "BaseLogger",  "RemoteMonitor"};
  return std::find(kReporting.begin(), kReporting.end(), name) != kReporting.end();
}

}  // namespace

Monitor::Monitor(std::string name, const std::string& mode, double min_delta)
    : name_(std::move(name)),
      larger_is_better_(mode == "max" || (mode != "min" && is_maximised(name_))),
      min_delta_(std::abs(min_delta)) {}

bool Monitor::improves(double value, double best) const {
  return larger_is_better_ ? value - min_delta_ > best : value + min_delta_ < best;
}

double Monitor::worst() const { return larger_is_better_ ? -kInfinity : kInfinity; }

const double* Monitor::find(const EpochLogs& logs) const {
  auto found = logs.find(name_);
  if (found == logs.end()) found = logs.find(with_other_spelling(name_));
  return found == logs.end() ? nullptr : &found->second;
}

EarlyStopping::EarlyStopping(const json& attributes, const Profile& profile)
    : monitor_(make_monitor(attributes, number(attributes, "min_delta", 0))),
      patience_(whole(attributes, "patience", 0)),
      has_baseline_(attributes.contains("baseline") && attributes["baseline"].is_number()),
      baseline_(number(attributes, "baseline", 0)),
      restore_best_(attributes.value("restore_best_weights", false)),
      restore_always_(profile.restore_best_always),
      first_is_best_(profile.first_value_is_best),
      stops_first_(profile.legacy_optimizers),
      start_from_(whole(attributes, "start_from_epoch", 0)),
      best_(monitor_.worst()) {
  // Before Keras 2.11 the baseline itself was the first best value.
  if (profile.legacy_optimizers && has_baseline_) {
    best_ = baseline_;
    has_baseline_ = false;
  }
}

EarlyStopping::Verdict EarlyStopping::end_epoch(std::int64_t epoch, const EpochLogs& logs) {
  const double* value = monitor_.find(logs);
  if (value == nullptr || epoch < start_from_) return {};
  Verdict verdict;
  ++wait_;
  const bool first = first_is_best_ && !seen_;
  const bool improves = first || monitor_.improves(*value, best_);
  if (improves) {
    best_ = *value;
    verdict.best = true;
    if (!has_baseline_ || monitor_.improves(*value, baseline_)) wait_ = 0;
  }
  // Keras keeps the first epoch's weights even when it is not an improvement.
  verdict.best = verdict.best || !seen_;
  seen_ = true;
  const bool may_stop = !improves && (epoch > 0 || stops_first_);
  verdict.stop = may_stop && wait_ >= std::max<std::int64_t>(patience_, 1);
  return verdict;
}

ReduceLearningRate::ReduceLearningRate(const json& attributes, const Profile& profile)
    : monitor_(make_monitor(attributes, number(attributes, "min_delta", 1e-4))),
      factor_(number(attributes, "factor", 0.1)),
      patience_(whole(attributes, "patience", 10)),
      cooldown_(whole(attributes, "cooldown", 0)),
      min_rate_(number(attributes, "min_lr", 0)),
      first_is_best_(profile.first_value_is_best),
      best_(monitor_.worst()) {}

void ReduceLearningRate::end_epoch(const EpochLogs& logs, double& learning_rate) {
  const double* value = monitor_.find(logs);
  if (value == nullptr) return;
  if (cooling_ > 0) {
    --cooling_;
    wait_ = 0;
  }
  const bool first = first_is_best_ && !seen_;
  seen_ = true;
  if (first || monitor_.improves(*value, best_)) {
    best_ = *value;
    wait_ = 0;
  } else if (cooling_ == 0) {
    ++wait_;
    if (wait_ < patience_) return;
    if (learning_rate > min_rate_) {
      learning_rate = std::max(learning_rate * factor_, min_rate_);
      cooling_ = cooldown_;
      wait_ = 0;
    }
  }
}

FitCallbacks::FitCallbacks(const std::vector<CallbackSpec>& specs, const Profile& profile) {
  for (const CallbackSpec& spec : specs) {
    if (spec.class_name == "EarlyStopping") {
      stoppers_.emplace_back(spec.attributes, profile);
    } else if (spec.class_name == "ReduceLROnPlateau") {
      reducers_.emplace_back(spec.attributes, profile);
    } else if (spec.class_name == "LearningRateScheduler" && spec.attributes.contains("values")) {
      schedule_ = spec.attributes["values"].get<std::vector<double>>();
    } else if (spec.class_name == "LearningRateScheduler") {
      fail_as_unsupported("LearningRateScheduler without a recorded table of rates");
    } else if (spec.class_name == "TerminateOnNaN" || !only_reports(spec.class_name)) {
      fail_as_unsupported("callback " + spec.class_name +
                          " is not supported; supported: EarlyStopping, ReduceLROnPlateau, "
                          "LearningRateScheduler; ignored: those that only report");
    }
  }
}

double FitCallbacks::begin_epoch(std::int64_t epoch, double learning_rate) const {
  if (schedule_.empty()) return learning_rate;
  const auto last = static_cast<std::int64_t>(schedule_.size()) - 1;
  return schedule_[static_cast<std::size_t>(std::min(epoch, last))];
}

EarlyStopping::Verdict FitCallbacks::end_epoch(std::int64_t epoch, const EpochLogs& logs,
                                               double& learning_rate) {
  EarlyStopping::Verdict verdict;
  for (EarlyStopping& stopper : stoppers_) {
    const auto own = stopper.end_epoch(epoch, logs);
    verdict.stop = verdict.stop || own.stop;
    verdict.best = verdict.best || (own.best && stopper.restores_best());
  }
  for (ReduceLearningRate& reducer : reducers_) reducer.end_epoch(logs, learning_rate);
  return verdict;
}

bool FitCallbacks::restores_best(bool stopped) const {
  return std::any_of(stoppers_.begin(), stoppers_.end(), [&](const EarlyStopping& stopper) {
    return stopper.restores_best() && (stopped || stopper.restores_unstopped());
  });
}

bool FitCallbacks::tracks_best() const {
  return std::any_of(stoppers_.begin(), stoppers_.end(),
                     [](const EarlyStopping& stopper) { return stopper.restores_best(); });
}

std::vector<std::string> FitCallbacks::monitored() const {
  std::vector<std::string> names;
  for (const EarlyStopping& stopper : stoppers_) names.push_back(stopper.monitor().name());
  for (const ReduceLearningRate& reducer : reducers_) names.push_back(reducer.monitor().name());
  return names;
}

}  // namespace dlfix::trainer
