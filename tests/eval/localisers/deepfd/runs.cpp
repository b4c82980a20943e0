#include "runs.h"

#include <algorithm>
#include <stdexcept>

#include "eval/statistics/random_stream.h"

namespace dlfix::eval::testing {
namespace {

const std::vector<std::pair<int, const char*>>& tensors() {
  static const std::vector<std::pair<int, const char*>> all = {
      {0, "kernel"}, {0, "bias"}, {2, "kernel"}, {2, "bias"}};
  return all;
}

std::vector<std::string> check_columns() {
  std::vector<std::string> names = {"epoch", "batch", "loss"};
  for (const char* kind : {"weights", "gradients"}) {
    for (const auto& [layer, weight] : tensors()) {
      for (const std::string& statistic : trainer::trace_statistics()) {
        names.push_back(trainer::trace_column(kind, layer, weight, statistic));
      }
    }
  }
  return names;
}

double healthy(const std::string& statistic, double moved) {
  if (statistic == "count") return 100;
  if (statistic == "zero" || statistic == "bad") return 0;
  if (statistic == "min") return -1;
  return (statistic == "max" ? 1 : 0.5) + moved;
}

void add_check(trainer::TrainingTrace& trace, int epoch, int batch) {
  std::vector<double> row = {static_cast<double>(epoch), static_cast<double>(batch), 0.5};
  const double moved = 0.001 * static_cast<double>(trace.checks.rows());
  for (int kind = 0; kind < 2; ++kind) {
    for (std::size_t tensor = 0; tensor < tensors().size(); ++tensor) {
      for (const std::string& statistic : trainer::trace_statistics()) {
        row.push_back(healthy(statistic, moved));
      }
    }
  }
  trace.checks.add_row(row);
}

trainer::TraceTable table_of(std::vector<std::string> names) {
  trainer::TraceTable table;
  table.columns.resize(names.size());
  table.names = std::move(names);
  return table;
}

}  // namespace

trainer::TrainingResult good_training(int epochs, int batches, const DeepFdQuirks& quirks) {
  const trainer::TraceSpec spec = deepfd_trace(quirks);
  trainer::TrainingResult result;
  result.status = trainer::TrainingStatus::kOk;
  result.trace.emplace();
  result.trace->checks = table_of(check_columns());
  result.trace->batches = table_of({"epoch", "batch", "loss", "metric"});
  for (int epoch = 0; epoch < epochs; ++epoch) {
    for (int batch = 0; batch < batches; ++batch) {
      const double done = epoch + (batch + 1.0) / batches;
      result.trace->batches.add_row({static_cast<double>(epoch), static_cast<double>(batch),
                                     1 - 0.03 * done, 0.465 + 0.02 * done});
      if (batch % spec.every_batches == 0) add_check(*result.trace, epoch, batch);
    }
    result.epochs.push_back(
        {0.985 - 0.03 * epoch, 0.5 + 0.02 * epoch, 1.05 - 0.03 * epoch, 0.49 + 0.02 * epoch, 0.01});
    if (spec.every_epochs > 0) add_check(*result.trace, epoch, -1);
  }
  return result;
}

void set_statistic(trainer::TrainingResult& training, const std::string& column, std::size_t check,
                   double value) {
  trainer::TraceTable& table = training.trace->checks;
  const auto found = std::find(table.names.begin(), table.names.end(), column);
  if (found == table.names.end()) throw std::logic_error("no column " + column);
  auto& values = table.columns[static_cast<std::size_t>(found - table.names.begin())];
  std::fill(values.begin() + static_cast<std::ptrdiff_t>(check), values.end(), value);
}

TableMaker::TableMaker(std::size_t features) {
  for (std::size_t i = 0; i < features; ++i) table.features.emplace_back(1, char('a' + i));
}

void TableMaker::add(const std::string& program, const std::string& version,
                     const FaultBits& faults, const std::vector<double>& centre, int runs,
                     double spread) {
  DeepFdVersion added;
  added.program = program;
  added.version = version;
  added.dataset = "set-" + program;
  added.faults = faults;
  RandomStream random(seed++);
  for (int run = 0; run < runs; ++run) {
    FeatureRow row;
    for (const double value : centre) row.push_back(value + spread * (random.uniform() - 0.5));
    added.runs.push_back(std::move(row));
  }
  table.versions.push_back(std::move(added));
}

DeepFdTable clear_table(int programs, double shift, int mutants) {
  TableMaker maker(kDeepFdLabels + 1);
  for (int program = 0; program < programs; ++program) {
    const std::string name = "p" + std::to_string(program);
    std::vector<double> centre(kDeepFdLabels + 1, 0.0);
    centre.back() = shift * program;
    for (int copy = 0; copy < mutants; ++copy) {
      maker.add(name, "origin" + std::to_string(copy), {}, centre);
      for (std::size_t fault = 0; fault < kDeepFdLabels; ++fault) {
        FaultBits faults{};
        faults[fault] = 1;
        std::vector<double> with = centre;
        with[fault] = 1;
        maker.add(name, deepfd_label(fault) + "_" + std::to_string(copy), faults, with);
      }
    }
  }
  return maker.table;
}

}  // namespace dlfix::eval::testing
