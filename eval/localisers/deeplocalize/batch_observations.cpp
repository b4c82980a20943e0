#include <algorithm>
#include <cmath>

#include "eval/localisers/deepdiagnosis/observations.h"
#include "eval/localisers/deeplocalize/deeplocalize.h"
#include "eval/localisers/model_outline.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using trainer::TraceTable;
using Column = const std::vector<double>*;

class BatchObserver {
 public:
  BatchObserver(const mapping::Program& program, const trainer::TrainingResult& result)
      : checks_(result.trace->checks), batches_(result.trace->batches) {
    for (const OutlineLayer& layer : outline_of(program)) {
      outputs_.push_back(
          &checks_.column(trainer::trace_column("outputs", layer.index, "", "mean")));
      const auto of_output = [&](const char* statistic) {
        return &checks_.column(
            trainer::trace_column("output_gradients", layer.index, "", statistic));
      };
      output_gradients_.push_back({of_output("mean"), of_output("count")});
      const std::string kernel = kernel_of(checks_, layer.index);
      kernels_.push_back(kernel.empty() ? nullptr
                                        : &checks_.column(trainer::trace_column(
                                              "weights", layer.index, kernel, "mean")));
    }
    for (const TensorName& tensor : gradient_tensors(checks_)) {
      gradients_.push_back(
          &checks_.column(trainer::trace_column("gradients", tensor.layer, tensor.weight, "mean")));
    }
    batch_size_ = static_cast<double>(std::max<std::int64_t>(program.fit.batch_size, 1));
  }

  std::vector<BatchObservation> all() const {
    std::vector<BatchObservation> observations;
    const std::size_t rows = std::min(checks_.rows(), batches_.rows());
    for (std::size_t row = 0; row < rows; ++row) observations.push_back(observe(row));
    return observations;
  }

 private:
  static std::vector<double> values(const std::vector<Column>& columns, std::size_t row) {
    std::vector<double> result;
    for (const Column column : columns) {
      result.push_back(column == nullptr ? std::nan("") : column->at(row));
    }
    return result;
  }

  // The trace has the mean since the epoch began; an accuracy is a whole number of rows.
  double accuracy(std::size_t row) const {
    const auto& mean = batches_.column("metric");
    const double batch = batches_.column("batch")[row];
    if (batch == 0 || row == 0) return mean[row];
    const double own = mean[row] * (batch + 1) - mean[row - 1] * batch;
    return std::round(own * batch_size_) / batch_size_;
  }

  BatchObservation observe(std::size_t row) const {
    BatchObservation seen;
    seen.loss = batches_.column("loss")[row];
    seen.accuracy = accuracy(row);
    seen.outputs = values(outputs_, row);
    for (const auto& [mean, count] : output_gradients_) {
      const bool measured = count->at(row) > 0;  // not so for NaN
      seen.output_gradients.push_back(measured ? std::optional(mean->at(row)) : std::nullopt);
    }
    seen.kernels = values(kernels_, row);
    for (const Column column : kernels_) seen.has_kernel.push_back(column != nullptr);
    seen.gradients = values(gradients_, row);
    return seen;
  }

  const TraceTable& checks_;
  const TraceTable& batches_;
  std::vector<Column> outputs_, kernels_, gradients_;
  std::vector<std::pair<Column, Column>> output_gradients_;  ///< mean, count
  double batch_size_ = 32;
};

}  // namespace

trainer::TraceSpec deeplocalize_trace() {
  trainer::TraceSpec spec;
  spec.weights = spec.gradients = spec.outputs = spec.output_gradients = spec.batches = true;
  spec.every_epochs = 0;
  spec.every_batches = 1;
  spec.probe_rows = 0;
  spec.probe_follows = true;
  return spec;
}

trainer::FitSpec deeplocalize_fit(trainer::FitSpec fit, std::int64_t rows) {
  const std::int64_t size = std::max<std::int64_t>(fit.batch_size, 1);
  const std::int64_t batches = std::max<std::int64_t>((rows + size - 1) / size, 1);
  fit.epochs =
      std::clamp<std::int64_t>(kWatchedBatches / batches, 1, std::max<std::int64_t>(fit.epochs, 1));
  return fit;
}

std::vector<BatchObservation> observe_batches(const mapping::Program& program,
                                              const trainer::TrainingResult& result) {
  if (!result.trace) throw support::InputError("the training has no trace");
  return BatchObserver(program, result).all();
}

}  // namespace dlfix::eval
