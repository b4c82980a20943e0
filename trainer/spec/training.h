// A training as a value: what goes in (TrainingRequest), what comes out (TrainingResult), and the
// interface behind which our trainer, the user's own Keras and test doubles stand.
#pragma once

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "trainer/spec/model_spec.h"
#include "trainer/spec/trace.h"
#include "trainer/spec/weights_file.h"

namespace dlfix::trainer {

/// An array on disk (.npy, C order). `sha256` is of the file's bytes and identifies the data.
struct ArrayRef {
  std::string path;
  Shape shape;        ///< all dimensions, rows first
  std::string dtype;  ///< numpy's name: float32, uint8, ...
  std::string sha256;
};

/// Rows of one or several arrays laid end to end (a pool of training and evaluation rows, say).
struct RowSet {
  std::vector<std::vector<ArrayRef>> inputs;      ///< [model input][part]; parts are joined by rows
  std::vector<ArrayRef> labels;                   ///< [part]
  std::vector<ArrayRef> sample_weights;           ///< [part] or empty
  std::optional<std::vector<std::int64_t>> rows;  ///< which rows, in this order; absent: all
};

/// Rows that a trained model is measured on.
struct EvaluationSet {
  std::string name;
  RowSet data;
};

/// What a training must have reached after some of its epochs to be gone on with; an infinite value
/// only has it measured.
struct Milestone {
  std::int64_t epoch = 0;  ///< finished epochs
  double value = 0;        ///< the requested metric on the first evaluation set must not be worse
};

/// Raised whenever our engine gives other numbers than before (more than rounding): trainings that
/// were stored by another revision are not used again.
constexpr int kEngineRevision = 2;

struct TrainingRequest {
  ModelSpec model;
  CompileSpec compile;
  FitSpec fit;
  RowSet train;
  std::optional<RowSet> validation;  ///< fit's validation_data; validation_split is in `fit`
  std::vector<EvaluationSet> evaluate;
  std::string metric = "accuracy";  ///< what `EvaluationResult::value` is; see metric_names()
  std::uint64_t seed = 0;
  std::string profile = "keras3";        ///< keras22 keras231 tf23 tf24 tf211 keras3
  bool symptoms = false;                 ///< also fill TrainingResult::symptoms
  std::optional<TraceSpec> trace;        ///< also fill TrainingResult::trace
  std::optional<StartingWeights> start;  ///< absent: every weight is drawn
  /// Where it ends early, its outcome being decided; empty: never. The trainer in the user's Keras
  /// trains to the end all the same.
  std::vector<Milestone> milestones;
  /// Folder that the weights at the end are kept in (TrainingResult::weights); empty: they are not.
  std::string keep_weights;
};

/// Content address of a request: SHA-256 of its canonical JSON, with arrays by their sha256 and
/// without paths, layer names and source lines (the names of evaluation sets count: results carry
/// them). Equal keys give equal results on one kind of device.
/// Errors: InputError naming an array that has no sha256.
std::string training_key(const TrainingRequest& request);

enum class TrainingStatus {
  kOk,           ///< finished; values are finite
  kNan,          ///< finished; the loss or the metric is not a number
  kCrash,        ///< Keras would have raised (reason says what and where)
  kUnsupported,  ///< our trainer does not have it (reason names layer, line, supported set)
  kOutOfMemory,
  kCancelled,
};
std::string_view to_string(TrainingStatus status);

/// One epoch of fit. Values that were not measured are NaN.
struct EpochRecord {
  double loss;  ///< mean over rows, penalties included, as Keras reports it
  double metric;
  double val_loss;
  double val_metric;
  double learning_rate;
};

struct EvaluationResult {
  std::string name;
  double loss;
  double value;  ///< the requested metric over all rows
  /// Per row: 1/0 for accuracy-like metrics, else the row's loss or error; mean = `value` where the
  /// metric is a mean over rows.
  std::vector<float> row_values;
  std::vector<float> scores;  ///< one number per row: the single output, or P(class 1) of two
  std::vector<std::int32_t> classes;  ///< predicted class per row (argmax; > 0.5 for one output)
};

/// What went wrong inside the network, per layer of `model.layers`, measured at the end of
/// training.
struct LayerSymptom {
  std::int64_t layer;
  double dead_share;     ///< share of units whose output is 0 (or saturated) for all probed rows
  double gradient_norm;  ///< L2 norm of the kernel's gradient at the first step; NaN: no kernel
  double weight_norm;
};

struct TrainingResult {
  TrainingStatus status = TrainingStatus::kCancelled;
  std::string reason;
  std::vector<EpochRecord> epochs;
  std::vector<EvaluationResult> evaluations;
  std::vector<LayerSymptom> symptoms;
  std::optional<TrainingTrace> trace;
  std::optional<WeightsFile> weights;  ///< where they were to be kept and the training ended
  std::vector<double> at_milestones;   ///< the metric at those that it came to
  bool given_up = false;  ///< missed the last of them: measured after the epochs that it has
  double seconds = 0;     ///< this training's share of the wall time of its batch
  double work = 0;        ///< counted work in GFLOP, see work.h; independent of what ran beside it
  std::string device;     ///< "cpu", "cuda:0 (name)"
  std::string trainer;    ///< "torch 1.13.0" or "keras 3.15.1"
};

/// JSON forms. Numbers that are not finite are "nan", "inf", "-inf" and survive the round trip.
/// from_json throws support::InputError naming the field that is missing or of the wrong type.
void to_json(nlohmann::json& json, const ArrayRef& array);
void from_json(const nlohmann::json& json, ArrayRef& array);
void to_json(nlohmann::json& json, const RowSet& rows);
void from_json(const nlohmann::json& json, RowSet& rows);
void to_json(nlohmann::json& json, const Milestone& milestone);
void from_json(const nlohmann::json& json, Milestone& milestone);
void to_json(nlohmann::json& json, const TrainingRequest& request);
void from_json(const nlohmann::json& json, TrainingRequest& request);
void to_json(nlohmann::json& json, const TrainingResult& result);
void from_json(const nlohmann::json& json, TrainingResult& result);

/// Progress of one running request.
struct TrainingProgress {
  std::size_t request;  ///< index into the span given to train()
  std::int64_t epoch;   ///< finished epochs
  std::int64_t epochs;
  double seconds;  ///< since the training began
};

struct TrainingCallbacks {
  /// Called as soon as a training is finished, in any order, never concurrently. What it stores is
  /// safe: a kill after the call loses nothing.
  std::function<void(std::size_t request, const TrainingResult&)> on_result;
  std::function<void(const TrainingProgress&)> on_progress;  ///< may be empty
  const std::atomic<bool>* cancel = nullptr;  ///< set: running trainings end as kCancelled
};

/// Trains. Implementations: client/ (our LibTorch workers, separate processes), test doubles.
class Trainer {
 public:
  virtual ~Trainer() = default;
  /// Trains all requests; returns when each has had its on_result.
  /// Errors: throws support::EnvironmentError when no worker can be started; everything that is
  /// wrong with a request is a status in its result.
  virtual void train(std::span<const TrainingRequest> requests,
                     const TrainingCallbacks& callbacks) = 0;
  /// "cpu" or "cuda": part of what makes a stored result reusable.
  virtual std::string device_kind() const = 0;
};

/// The one name of a metric for all of Keras's spellings (acc and Accuracy are accuracy); empty for
/// a metric that is not known.
std::string canonical_metric(std::string_view metric);
/// Metrics a request may name: accuracy, loss, mae, mse, f1, auc, and Keras's spellings of them.
std::vector<std::string> metric_names();
/// True when a larger value is better (accuracy, f1, auc); false for a metric that is not known.
bool higher_is_better(std::string_view metric);

}  // namespace dlfix::trainer
