// What a training is watched for, and what was seen: numbers about weights, gradients and outputs
// at chosen moments, from which the dynamic localisers (DeepFD, DeepDiagnosis, UMLAUT) and
// AutoTrainer judge. Watching changes nothing in the training.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace dlfix::trainer {

struct TraceSpec {
  bool weights = false;
  bool gradients = false;  ///< of the mean loss of the probe, penalties included, as in inference
  bool outputs = false;    ///< of every layer for the probe, as in inference
  bool output_gradients = false;  ///< of the same loss by each layer's output
  bool batches = false;           ///< loss and metric of every batch, in a table of its own
  /// A check after epochs 0, n, 2n, ... (0: none) ...
  std::int64_t every_epochs = 1;
  /// ... and after the batches 0, n, 2n, ... of every epoch (0: none).
  std::int64_t every_batches = 0;
  /// The probe: this many rows, 0 stands for batch_size; never more than the data have.
  std::int64_t probe_rows = 0;
  /// False: the first rows of the training data, always. True: the check after batch b takes the
  /// rows that begin at b * probe_rows, as stored (after an epoch: the first).
  bool probe_follows = false;
  /// Also the second derivative of the probe's loss along its gradient; needs `gradients`.
  bool curvature = false;

  bool operator==(const TraceSpec&) const = default;
};

/// Numbers in named columns of one length; NaN stands for what could not be measured.
struct TraceTable {
  std::vector<std::string> names;
  std::vector<std::vector<double>> columns;  ///< [name][row]

  /// Appends one row. Errors: std::logic_error unless there is one value for each name.
  void add_row(const std::vector<double>& values);
  std::size_t rows() const { return columns.empty() ? 0 : columns.front().size(); }
  /// Errors: InputError naming a column that is not there.
  const std::vector<double>& column(const std::string& name) const;
  bool has(const std::string& name) const;
};

/// Statistics that a check has of a tensor, in this order, over all its numbers:
///   mean, std (population), min, max (without NaN), mean_abs, norm (L2),
///   zero, nonpositive, saturated, bad: shares of numbers that are 0; <= 0; <= -5 or >= 5
///   (DeepDiagnosis's bound); NaN or infinite;
///   count: how many numbers.
const std::vector<std::string>& trace_statistics();

struct TrainingTrace {
  /// One row a check: `epoch`, `batch` (-1: after the epoch), `loss` (of the probe), `curvature`
  /// where it is asked for (1 / squared unit of weights; NaN: no finite gradient), and
  /// `weights/L/NAME/STATISTIC`, `gradients/L/NAME/STATISTIC` for the weights of layer L (index
  /// into model.layers; trainable ones in Keras's order), `outputs/L/STATISTIC`,
  /// `output_gradients/L/STATISTIC`.
  TraceTable checks;
  /// One row a batch: `epoch`, `batch`, `loss` (the batch's own, penalties included), `metric`
  /// (mean since the epoch began, as Keras shows it; NaN for metrics that need all rows at once).
  TraceTable batches;
};

/// "weights/3/kernel/mean"; `weight` empty: "outputs/3/mean".
std::string trace_column(const char* kind, std::int64_t layer, const std::string& weight,
                         const std::string& statistic);

void to_json(nlohmann::json& json, const TraceSpec& spec);
void from_json(const nlohmann::json& json, TraceSpec& spec);
void to_json(nlohmann::json& json, const TrainingTrace& trace);
void from_json(const nlohmann::json& json, TrainingTrace& trace);

}  // namespace dlfix::trainer
