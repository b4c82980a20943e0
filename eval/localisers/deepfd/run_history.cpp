#include "eval/localisers/deepfd/run_history.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>

#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using support::InputError;
using trainer::TraceTable;

constexpr std::int64_t kCheckedBatches = 256;
constexpr int kPatience = 3;

// Where the statistics of one tensor stand in a table.
struct TensorColumns {
  std::string weight;
  std::map<std::string, const std::vector<double>*> columns;

  double at(const char* statistic, std::size_t row) const {
    const auto found = columns.find(statistic);
    if (found == columns.end()) {
      throw InputError(fmt::format("the trace has no '{}' of '{}'", statistic, weight));
    }
    return found->second->at(row);
  }
};

// "gradients/3/kernel/norm": the tensors of one kind in the order of their columns.
std::vector<TensorColumns> tensors_of(const TraceTable& table, const std::string& kind) {
  std::vector<TensorColumns> tensors;
  std::string last;
  for (std::size_t i = 0; i < table.names.size(); ++i) {
    const std::string& name = table.names[i];
    if (!name.starts_with(kind)) continue;
    const std::size_t slash = name.rfind('/');
    const std::string tensor = name.substr(0, slash);
    if (tensor != last) tensors.push_back({tensor.substr(tensor.find('/', kind.size()) + 1), {}});
    last = tensor;
    tensors.back().columns[name.substr(slash + 1)] = &table.columns[i];
  }
  return tensors;
}

std::optional<double> measured(double value) {
  return std::isnan(value) ? std::nullopt : std::optional(value);
}

HistoryRecord epoch_record(const trainer::EpochRecord& epoch, bool validated) {
  HistoryRecord record;
  record.loss = epoch.loss;
  record.acc = measured(epoch.metric);
  if (validated) {
    record.val_loss = epoch.val_loss;
    record.val_acc = measured(epoch.val_metric);
  }
  record.after_epoch = true;
  return record;
}

class RunObserver {
 public:
  RunObserver(const trainer::TrainingResult& result, bool validated)
      : result_(result),
        validated_(validated),
        gradients_(tensors_of(result.trace->checks, "gradients/")),
        weights_(tensors_of(result.trace->checks, "weights/")) {
    if (weights_.empty()) throw InputError("the trace has no weights");
    if (gradients_.empty()) throw InputError("the trace has no gradients");
  }

  MonitoredRun observe() {
    const TraceTable& checks = result_.trace->checks;
    for (std::size_t row = 0; row < checks.rows(); ++row) {
      add_history(static_cast<std::int64_t>(checks.column("epoch")[row]),
                  static_cast<std::int64_t>(checks.column("batch")[row]));
      run_.checks.push_back(check_at(row));
    }
    // What came after the last check.
    for (auto epoch = next_epoch_; epoch < static_cast<std::int64_t>(result_.epochs.size());
         ++epoch) {
      add_history(epoch, -1);
    }
    return std::move(run_);
  }

 private:
  // Appends everything up to this batch of this epoch; batch -1: up to the epoch's end.
  void add_history(std::int64_t epoch, std::int64_t batch) {
    while (next_epoch_ < epoch) add_epoch();
    add_batches(epoch, batch);
    if (batch < 0 && next_epoch_ == epoch) add_epoch();
  }

  void add_epoch() {
    add_batches(next_epoch_, -1);
    const auto place = static_cast<std::size_t>(next_epoch_);
    if (place >= result_.epochs.size()) {
      throw InputError(fmt::format("the trace knows of epoch {} and the training does not", place));
    }
    run_.history.push_back(epoch_record(result_.epochs[place], validated_));
    ++next_epoch_;
  }

  void add_batches(std::int64_t epoch, std::int64_t batch) {
    const TraceTable& batches = result_.trace->batches;
    const auto& epochs = batches.column("epoch");
    const auto& numbers = batches.column("batch");
    for (; next_batch_ < batches.rows(); ++next_batch_) {
      if (epochs[next_batch_] > static_cast<double>(epoch)) break;
      const bool is_later = batch >= 0 && numbers[next_batch_] > static_cast<double>(batch);
      if (epochs[next_batch_] == static_cast<double>(epoch) && is_later) break;
      run_.history.push_back({batches.column("loss")[next_batch_],
                              measured(batches.column("metric")[next_batch_]), std::nullopt,
                              std::nullopt, false});
    }
  }

  // An epoch that did not end has no record: its rate was about that of the one before.
  double rate_in(double epoch) const {
    if (result_.epochs.empty()) return 0;
    const auto place = std::min(static_cast<std::size_t>(epoch), result_.epochs.size() - 1);
    return result_.epochs[place].learning_rate;
  }

  MonitorCheck check_at(std::size_t row) const {
    MonitorCheck check;
    check.after_epoch = result_.trace->checks.column("batch")[row] < 0;
    check.records = run_.history.size();
    if (result_.trace->checks.has("curvature")) {
      const double curvature = result_.trace->checks.column("curvature")[row];
      if (std::isfinite(curvature)) check.curvature = curvature;
    }
    check.learning_rate = rate_in(result_.trace->checks.column("epoch")[row]);
    for (const TensorColumns& tensor : gradients_) {
      const double count = tensor.at("count", row);
      check.gradients.push_back({tensor.weight, tensor.at("norm", row),
                                 std::round(tensor.at("zero", row) * count), count,
                                 tensor.at("bad", row) > 0});
    }
    for (const TensorColumns& tensor : weights_) {
      check.weights.push_back({tensor.at("mean", row), tensor.at("std", row), tensor.at("min", row),
                               tensor.at("max", row), tensor.at("bad", row) > 0});
    }
    return check;
  }

  const trainer::TrainingResult& result_;
  bool validated_;
  std::vector<TensorColumns> gradients_, weights_;
  MonitoredRun run_;
  std::int64_t next_epoch_ = 0;
  std::size_t next_batch_ = 0;
};

}  // namespace

trainer::TraceSpec deepfd_trace(const DeepFdQuirks& quirks) {
  trainer::TraceSpec spec;
  spec.weights = spec.gradients = spec.batches = true;
  spec.every_batches = kCheckedBatches;
  spec.every_epochs = quirks.batch_checks_only ? 0 : 1;
  spec.probe_rows = 0;
  spec.curvature = !quirks.without_curvature;
  return spec;
}

trainer::FitSpec deepfd_fit(trainer::FitSpec fit) {
  fit.callbacks.push_back({"EarlyStopping", {{"monitor", "val_loss"}, {"patience", kPatience}}});
  return fit;
}

MonitoredRun observe_run(const trainer::TrainingResult& result, bool validated,
                         std::int64_t planned_epochs) {
  if (!result.trace) throw InputError("the training has no trace");
  MonitoredRun run = RunObserver(result, validated).observe();
  run.planned_epochs = planned_epochs;
  return run;
}

}  // namespace dlfix::eval
