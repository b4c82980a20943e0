#include "trainer/torch/tracer.h"

#include <cmath>

#include "trainer/torch/probe_pass.h"

namespace dlfix::trainer {
namespace {

// One row of the checks of one replica, in the order of check_names().
class CheckRow {
 public:
  CheckRow(std::int64_t epoch, std::int64_t batch, double loss)
      : values_{double(epoch), double(batch), loss} {}

  void add(double number) { values_.push_back(number); }

  void add(const NumberSummary& summary) {
    const auto statistics = summary.statistics();
    values_.insert(values_.end(), statistics.begin(), statistics.end());
  }

  // The numbers of each place in a flat row.
  void add_places(const float* flat, const std::vector<WeightPlace>& places) {
    for (const WeightPlace& place : places) {
      NumberSummary summary;
      summary.add(flat + place.offset, static_cast<std::size_t>(place.count));
      add(summary);
    }
  }

  void add_layers(const std::vector<std::vector<NumberSummary>>& layers,
                  const std::vector<std::size_t>& called, std::size_t replica) {
    for (const std::size_t layer : called) {
      // Without a summary: no gradient reaches the layer's output.
      add(layers[layer].empty() ? NumberSummary() : layers[layer][replica]);
    }
  }

  const std::vector<double>& values() const { return values_; }

 private:
  std::vector<double> values_;
};

// Layers whose outputs the model's output is made of, but for inputs.
std::vector<std::size_t> called_layers(const Group& group) {
  std::vector<std::size_t> called;
  for (std::size_t layer = 0; layer < group.request(0).model.layers.size(); ++layer) {
    if (group.network().is_called(layer)) called.push_back(layer);
  }
  return called;
}

void add_statistics(std::vector<std::string>& names, const char* kind, std::size_t layer,
                    const std::string& weight) {
  for (const std::string& statistic : trace_statistics()) {
    names.push_back(trace_column(kind, static_cast<std::int64_t>(layer), weight, statistic));
  }
}

std::vector<std::string> check_names(const TraceSpec& spec, const Group& group) {
  const Network& network = group.network();
  std::vector<std::string> names{"epoch", "batch", "loss"};
  if (spec.curvature) names.push_back("curvature");
  const auto add_places = [&](const char* kind, const std::vector<WeightPlace>& places) {
    for (const WeightPlace& place : places) {
      add_statistics(names, kind, place.layer, network.spec(place).name);
    }
  };
  if (spec.weights) {
    add_places("weights", network.trainable());
    add_places("weights", network.moving());
  }
  if (spec.gradients) add_places("gradients", network.trainable());
  for (const std::size_t layer : called_layers(group)) {
    if (spec.outputs) add_statistics(names, "outputs", layer, "");
  }
  for (const std::size_t layer : called_layers(group)) {
    if (spec.output_gradients) add_statistics(names, "output_gradients", layer, "");
  }
  return names;
}

// Checks are at 0, n, 2n, ...
bool is_due(std::int64_t position, std::int64_t every) {
  return every > 0 && position % every == 0;
}

}  // namespace

Tracer::Tracer(const std::optional<TraceSpec>& spec, const Group& group) : spec_(spec) {
  if (!spec_) return;
  traces_.resize(static_cast<std::size_t>(group.replicas()));
  const auto names = check_names(*spec_, group);
  for (TrainingTrace& trace : traces_) {
    trace.checks.names = names;
    if (spec_->batches) trace.batches.names = {"epoch", "batch", "loss", "metric"};
  }
}

void Tracer::end_batch(const Group& group, const Rows& rows, std::int64_t epoch, std::int64_t batch,
                       const Tensor& loss, const Tensor& metric) {
  if (!spec_) return;
  if (spec_->batches) batches_.push_back({epoch, batch, loss.detach().clone(), metric.clone()});
  if (is_due(batch, spec_->every_batches)) check(group, rows, epoch, batch);
}

void Tracer::end_epoch(const Group& group, const Rows& rows, std::int64_t epoch) {
  if (!spec_) return;
  flush_batches();
  if (is_due(epoch, spec_->every_epochs)) check(group, rows, epoch, -1);
}

void Tracer::flush_batches() {
  for (const Batch& batch : batches_) {
    const Tensor loss = batch.loss.to(at::kCPU, at::kDouble);
    const Tensor metric = batch.metric.to(at::kCPU, at::kDouble);
    for (std::size_t r = 0; r < traces_.size(); ++r) {
      traces_[r].batches.add_row({double(batch.epoch), double(batch.batch),
                                  loss.data_ptr<double>()[r], metric.data_ptr<double>()[r]});
    }
  }
  batches_.clear();
}

void Tracer::check(const Group& group, const Rows& rows, std::int64_t epoch, std::int64_t batch) {
  at::NoGradGuard no_gradient;
  const std::int64_t wanted =
      spec_->probe_rows > 0 ? spec_->probe_rows : group.request(0).fit.batch_size;
  const std::int64_t first = spec_->probe_follows && batch > 0 ? batch * wanted : 0;
  const ProbeNumbers seen = probe_group(group, rows, first, wanted, *spec_);
  std::vector<double> curvature;
  if (spec_->curvature && spec_->gradients) {
    curvature = probe_curvature(group, rows, first, wanted, seen.gradients);
  }
  const Tensor parameters = group.weights().parameters.to(at::kCPU).contiguous();
  const Tensor state = group.weights().state.to(at::kCPU).contiguous();
  const auto called = called_layers(group);
  for (std::size_t r = 0; r < traces_.size(); ++r) {
    const auto row = static_cast<std::int64_t>(r);
    CheckRow check(epoch, batch, seen.loss[r]);
    if (spec_->curvature) check.add(curvature.empty() ? std::nan("") : curvature[r]);
    if (spec_->weights) {
      check.add_places(parameters[row].data_ptr<float>(), group.network().trainable());
      check.add_places(state[row].data_ptr<float>(), group.network().moving());
    }
    if (spec_->gradients) {
      check.add_places(seen.gradients[row].data_ptr<float>(), group.network().trainable());
    }
    if (spec_->outputs) check.add_layers(seen.outputs, called, r);
    if (spec_->output_gradients) check.add_layers(seen.output_gradients, called, r);
    traces_[r].checks.add_row(check.values());
  }
}

std::optional<TrainingTrace> Tracer::take(std::int64_t replica) {
  if (!spec_) return std::nullopt;
  flush_batches();
  return std::move(traces_[static_cast<std::size_t>(replica)]);
}

void Tracer::select(const std::vector<std::int64_t>& keep) {
  if (!spec_) return;
  std::vector<TrainingTrace> kept;
  for (const std::int64_t r : keep) kept.push_back(std::move(traces_[static_cast<std::size_t>(r)]));
  traces_ = std::move(kept);
}

}  // namespace dlfix::trainer
