// How a repair is scored: the replication study's choice of patch, improvement rate, complexity and
// asymmetric Jaccard. Source: paper sections 5.3.4 and 6.5-6.8 and the notebooks of its package.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::eval {

/// One trial of a search run, in start order. The first row of a run is the faulty config.
struct TrialRow {
  mapping::Config config;
  std::optional<double> guide;  ///< metric that the search saw; absent: failed or killed
  double hold_out = 0;          ///< metric it did not see; NaN when not measured
};

struct PatchChoice {
  std::optional<std::size_t> row;  ///< absent: the run has no patch
  double value;                    ///< hold-out metric, or the faulty mean without a patch
  double unclamped;                ///< hold-out metric of the best row all the same; NaN if none
};

/// Drops the first row, takes the best guide metric (earliest on ties), and counts it as a patch
/// unless its hold-out metric is NaN or strictly worse than the faulty mean.
PatchChoice choose_patch(std::span<const TrialRow> rows, double faulty_mean, bool higher_is_better);

enum class Rounding {
  kNone,
  kTwoDecimals,  ///< each run value first, half to even: what the study's notebook prints
};

/// (mean(runs) - faulty) / (truth - faulty); the same formula whichever direction is better.
/// nullopt: |truth - faulty| < 1e-9, or no runs.
std::optional<double> improvement_rate(double faulty_mean, double truth_mean,
                                       std::span<const double> runs,
                                       Rounding rounding = Rounding::kNone);

/// Study criterion: two-sided Wilcoxon p < 0.05 between values paired by index, and IR > 0.
bool significant_improvement(std::span<const double> faulty, std::span<const double> runs,
                             std::optional<double> rate);

/// An angular error is undefined where a prediction was not finite, or where it lies at the floor
/// that clipping the cosine at 0.99999 makes (below 0.006).
bool angular_score_is_valid(double score, bool predictions_finite);

/// A config value as compared by complexity and Jaccard: whole numbers for epochs, batch_size,
/// unitN and layerN, the exact number for lr, the class name of an object, one token for null.
std::string comparable(std::string_view key, const nlohmann::json& value);
/// Whether two values of a key compare as equal.
bool same_value(std::string_view key, const nlohmann::json& a, const nlohmann::json& b);

/// Share of the initial config's keys whose value differs in the patch; a key that the patch lacks
/// is unchanged. NaN for an empty initial config.
double complexity(const mapping::Config& initial, const mapping::Config& patch);
/// The same of a ground truth, where no difference at all counts as one key.
double complexity_of_truth(const mapping::Config& initial, const mapping::Config& truth);

/// act, batch_size, epochs, loss, lr, optimizer, ki or kr: the first of them that the key contains;
/// nullopt for keys without an operator (biN, unitN, layerN, dropoutN).
std::optional<std::string> operator_of_key(std::string_view key);

enum class Jaccard {
  kPaper,        ///< equation 5: operators where the patch differs from the faulty config
  kReplication,  ///< the notebook: operators where the patch differs from the ground truth
};

/// |OP_patch and OP_truth| / |OP_truth|; 0 when the ground truth has no operator.
double asymmetric_jaccard(const mapping::Config& faulty, const mapping::Config& truth,
                          const mapping::Config& patch, Jaccard definition = Jaccard::kPaper);

}  // namespace dlfix::eval
