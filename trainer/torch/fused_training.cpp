#include "trainer/torch/fused_training.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <limits>

#include "trainer/torch/failure.h"
#include "trainer/torch/symptoms.h"
#include "trainer/torch/weights_exchange.h"

namespace dlfix::trainer {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

double now() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

std::vector<double> to_vector(const Tensor& numbers) {
  const Tensor on_host = numbers.to(at::kCPU, at::kDouble).contiguous();
  return {on_host.data_ptr<double>(), on_host.data_ptr<double>() + on_host.numel()};
}

BatchPlan batch_plan(const TrainingRequest& request, const Rows& rows, const Profile& profile) {
  return {rows.count, request.fit.batch_size, request.fit.shuffle, request.fit.steps_per_epoch,
          profile.epoch_ends_with_data};
}

// Metrics to follow in a group: every replica's.
std::vector<std::string> group_metrics(const std::vector<const TrainingRequest*>& requests,
                                       const Profile& profile) {
  std::vector<std::string> all;
  for (const TrainingRequest* request : requests) {
    const FitCallbacks callbacks(request->fit.callbacks, profile);
    for (const std::string& name : followed_metrics(*request, callbacks)) {
      if (std::find(all.begin(), all.end(), name) == all.end()) all.push_back(name);
    }
  }
  return all;
}

bool is_finite(const TrainingResult& result) {
  for (const EvaluationResult& evaluation : result.evaluations) {
    if (!std::isfinite(evaluation.loss) || !std::isfinite(evaluation.value)) return false;
  }
  return result.epochs.empty() || std::isfinite(result.epochs.back().loss);
}

const Milestone* milestone_at(const TrainingRequest& request, std::int64_t epoch) {
  const auto found = std::find_if(request.milestones.begin(), request.milestones.end(),
                                  [&](const Milestone& one) { return one.epoch == epoch; });
  return found == request.milestones.end() ? nullptr : &*found;
}

void add_logs(EpochLogs& logs, const std::string& prefix, double loss,
              const std::vector<std::string>& names, const std::vector<double>& values) {
  logs[prefix + "loss"] = loss;
  for (std::size_t k = 0; k < names.size(); ++k) {
    if (!std::isnan(values[k]) || names[k] == "loss") logs[prefix + names[k]] = values[k];
  }
}

}  // namespace

std::vector<std::string> followed_metrics(const TrainingRequest& request,
                                          const FitCallbacks& callbacks) {
  const std::string wanted = canonical_metric(request.metric);
  if (wanted.empty()) fail_as_unsupported("metric '" + request.metric + "' is not known");
  std::vector<std::string> names{wanted};
  for (std::string name : callbacks.monitored()) {
    if (name.rfind("val_", 0) == 0) name = name.substr(4);
    const std::string canonical = canonical_metric(name);
    if (canonical.empty() || canonical == "loss") continue;
    if (std::find(names.begin(), names.end(), canonical) == names.end()) names.push_back(canonical);
  }
  return names;
}

FusedTraining::FusedTraining(const std::vector<const TrainingRequest*>& requests,
                             const FitData& data, const Profile& profile, const at::Device& device,
                             TrainingHooks hooks)
    : data_(data),
      hooks_(std::move(hooks)),
      group_(requests, data, profile, device),
      metrics_(group_metrics(requests, profile)),
      batches_(batch_plan(*requests[0], data.train, profile), device),
      steps_(metrics_, row_weights(requests[0]->fit, data.train, profile)),
      tracer_(requests[0]->trace, group_) {
  for (std::size_t i = 0; i < requests.size(); ++i) {
    Replica replica{i,
                    FitCallbacks(requests[i]->fit.callbacks, profile),
                    requests[i]->compile.optimizer.learning_rate,
                    false,
                    {},
                    {},
                    {}};
    replicas_.push_back(std::move(replica));
  }
}

void FusedTraining::run() {
  charged_until_ = now();
  retire(0);
  for (std::int64_t epoch = 0; !replicas_.empty(); ++epoch) {
    if (!train_epoch(epoch)) return cancel_all();
    record(epoch);
    pass_milestones(epoch + 1);
    charge_time();
    retire(epoch + 1);
  }
}

bool FusedTraining::train_epoch(std::int64_t epoch) {
  std::vector<float> rates;
  for (Replica& replica : replicas_) {
    replica.learning_rate = replica.callbacks.begin_epoch(epoch, replica.learning_rate);
    rates.push_back(static_cast<float>(replica.learning_rate));
  }
  steps_.begin_epoch(group_.replicas(), group_.device());
  batches_.begin_epoch();
  std::int64_t position = 0;
  while (const auto batch = batches_.next(group_.seeds())) {
    if (hooks_.cancelled()) return false;
    steps_.step(group_, data_.train, *batch, rates);
    tracer_.end_batch(
        group_, data_.train, epoch, position++, steps_.batch_loss(),
        tracer_.watches_batches() ? steps_.running_metric(wanted_metric(0)) : Tensor());
  }
  tracer_.end_epoch(group_, data_.train, epoch);
  return !hooks_.cancelled();
}

// The position of a replica's requested metric among those that are followed.
std::size_t FusedTraining::wanted_metric(std::size_t r) const {
  const std::string name = canonical_metric(group_.request(static_cast<std::int64_t>(r)).metric);
  const auto place = std::find(metrics_.begin(), metrics_.end(), name);
  return static_cast<std::size_t>(place - metrics_.begin());
}

void FusedTraining::record(std::int64_t epoch) {
  const std::vector<double> loss = to_vector(steps_.mean_loss());
  std::vector<std::vector<double>> metrics;
  for (std::size_t k = 0; k < metrics_.size(); ++k) {
    metrics.push_back(to_vector(steps_.mean_metric(k)));
  }
  std::vector<Measured> validation;
  if (data_.validation) validation = evaluate(group_, *data_.validation, metrics_, false);
  for (std::size_t r = 0; r < replicas_.size(); ++r) {
    std::vector<double> own;
    for (const auto& values : metrics) own.push_back(values[r]);
    EpochLogs logs;
    add_logs(logs, "", loss[r], metrics_, own);
    const std::size_t wanted = wanted_metric(r);
    EpochRecord record{loss[r], own[wanted], kUnknown, kUnknown, replicas_[r].learning_rate};
    if (data_.validation) {
      record.val_loss = validation[r].loss;
      record.val_metric = validation[r].metrics[wanted];
      add_logs(logs, "val_", validation[r].loss, metrics_, validation[r].metrics);
    }
    record_replica(static_cast<std::int64_t>(r), epoch, record, logs);
  }
}

void FusedTraining::record_replica(std::int64_t r, std::int64_t epoch, const EpochRecord& record,
                                   const EpochLogs& logs) {
  Replica& replica = replicas_[r];
  replica.result.epochs.push_back(record);
  const auto verdict = replica.callbacks.end_epoch(epoch, logs, replica.learning_rate);
  replica.stopped = verdict.stop;
  if (verdict.best) {
    replica.best_parameters = group_.weights().parameters[r].clone();
    replica.best_state = group_.weights().state[r].clone();
  }
  if (hooks_.on_epoch) hooks_.on_epoch(replica.request, epoch + 1);
}

// Measures replicas that have a milestone at this epoch; those behind it are not gone on with.
void FusedTraining::pass_milestones(std::int64_t epoch) {
  std::vector<std::int64_t> due;
  for (std::int64_t r = 0; r < group_.replicas(); ++r) {
    if (!is_done(r, epoch) && milestone_at(group_.request(r), epoch) != nullptr) due.push_back(r);
  }
  if (due.empty() || data_.evaluate.empty()) return;
  const Group part = group_.part(due);
  const std::string metric = canonical_metric(part.request(0).metric);
  const auto measured = evaluate(part, data_.evaluate[0], {metric}, false);
  for (std::size_t i = 0; i < due.size(); ++i) {
    const double value = measured[i].metrics[0];
    const double least = milestone_at(group_.request(due[i]), epoch)->value;
    const bool reached = higher_is_better(metric) ? value >= least : value <= least;
    replicas_[due[i]].result.at_milestones.push_back(value);
    replicas_[due[i]].result.given_up = !reached;
  }
}

bool FusedTraining::is_done(std::int64_t r, std::int64_t epoch) const {
  return replicas_[r].stopped || replicas_[r].result.given_up ||
         epoch >= group_.request(r).fit.epochs;
}

void FusedTraining::retire(std::int64_t epoch) {
  std::vector<std::int64_t> done;
  std::vector<std::int64_t> rest;
  for (std::int64_t r = 0; r < group_.replicas(); ++r) {
    (is_done(r, epoch) ? done : rest).push_back(r);
  }
  if (done.empty()) return;
  for (std::int64_t r : done) {
    const Replica& replica = replicas_[r];
    if (replica.best_parameters.defined() && replica.callbacks.restores_best(replica.stopped)) {
      group_.restore(r, replica.best_parameters, replica.best_state);
    }
  }
  finish(done);
  std::vector<Replica> remaining;
  for (std::int64_t r : rest) remaining.push_back(std::move(replicas_[r]));
  replicas_ = std::move(remaining);
  if (replicas_.empty()) return;
  group_.select(rest);
  const Tensor keep = index_tensor(rest, group_.device());
  tracer_.select(rest);
  batches_.select(keep);
  steps_.select(keep);
}

void FusedTraining::finish(const std::vector<std::int64_t>& done) {
  const Group part = group_.part(done);
  const std::string metric = canonical_metric(part.request(0).metric);
  for (std::size_t set = 0; set < data_.evaluate.size(); ++set) {
    auto measured = evaluate(part, data_.evaluate[set], {metric}, true);
    for (std::size_t i = 0; i < done.size(); ++i) {
      Measured& own = measured[i];
      replicas_[done[i]].result.evaluations.push_back(
          {part.request(static_cast<std::int64_t>(i)).evaluate[set].name, own.loss, own.metrics[0],
           std::move(own.row_values), std::move(own.scores), std::move(own.classes)});
    }
  }
  if (part.request(0).symptoms) {
    Tensor norms = steps_.first_gradient_norms();
    if (norms.defined()) norms = norms.index_select(0, index_tensor(done, group_.device()));
    auto symptoms = measure_symptoms(part, data_.train, norms);
    for (std::size_t i = 0; i < done.size(); ++i) {
      replicas_[done[i]].result.symptoms = std::move(symptoms[i]);
    }
  }
  charge_time();
  for (std::int64_t r : done) {
    TrainingResult& result = replicas_[r].result;
    result.trace = tracer_.take(r);
    if (const std::string& folder = group_.request(r).keep_weights; !folder.empty())
      result.weights = write_weights(folder, weights_of(group_.network(), group_.weights(), r));
    result.status = is_finite(result) ? TrainingStatus::kOk : TrainingStatus::kNan;
    if (result.status == TrainingStatus::kNan) result.reason = "the loss is not a number";
    hooks_.on_result(replicas_[r].request, std::move(result));
  }
}

void FusedTraining::cancel_all() {
  charge_time();
  for (Replica& replica : replicas_) {
    replica.result.status = TrainingStatus::kCancelled;
    hooks_.on_result(replica.request, std::move(replica.result));
  }
  replicas_.clear();
}

void FusedTraining::charge_time() {
  const double until = now();
  for (Replica& replica : replicas_) {
    replica.result.seconds += (until - charged_until_) / double(replicas_.size());
  }
  charged_until_ = until;
}

}  // namespace dlfix::trainer
