// DeepCrime's mutations of training rows, as plans: which rows are kept or repeated, with which
// labels, and how noisy.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "eval/mutation/mutant.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval {

/// The labels of the training rows: classes, or for regression one number an output.
struct TrainingLabels {
  std::vector<int> classes;                  ///< [row]; empty for regression
  std::vector<std::vector<double>> targets;  ///< [row][output]; empty for classification
};

/// One row of the mutated training data.
struct PlannedRow {
  std::int64_t source = 0;     ///< of the program's rows
  int label = -1;              ///< another class; -1: its own
  std::vector<double> target;  ///< other targets; empty: its own
  bool noisy = false;          ///< its features get add_noise()
  bool operator==(const PlannedRow&) const = default;
};

struct DataPlan {
  std::vector<PlannedRow> rows;
  std::string why_not;  ///< why the operator does not apply; empty: it does
};

/// Shares are cut off to whole rows; rows are drawn without replacement, and kept in order (copies
/// behind them). Of classes that are equally frequent the smaller one comes first.
/// - TCL: p % of the rows of the most frequent class get another class each, drawn evenly; for
///   regression every target gets normal noise of p % of its standard deviation.
/// - TRD: p % of every class, or regression bucket, are deleted.
/// - TUD: p % of every class with fewer rows than the classes have on average are deleted.
/// - TAN: p % of the rows are noisy.
/// - TCO: p % of the most frequent class are repeated with the second most frequent label.
/// Errors: InputError for another operation, no rows, a share outside 0 to 100, labels of both
/// kinds or of none, targets of different lengths or that are not finite.
/// Source: DeepCrime, public code.
DataPlan plan_data_change(const DataChange& change, const TrainingLabels& labels,
                          std::uint64_t seed);

/// Adds to every number of a sample normal noise of p % of the sample's standard deviation.
void add_noise(std::span<float> sample, double percent, RandomStream& random);

/// Buckets of regression targets, from 0: each output below -sd, within, above sd (sd of that
/// output over all rows, not centred). nullopt: more than two outputs.
std::optional<std::vector<int>> regression_buckets(const std::vector<std::vector<double>>& targets);

}  // namespace dlfix::eval
