// What DeepFD learns from: runs of mutants with the faults that were put in.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/learning/labelled_rows.h"
#include "eval/localisers/deepfd/voting.h"
#include "eval/mutation/killing.h"

namespace dlfix::eval {

/// One version of a program (the original or a mutant) with all its runs.
struct DeepFdVersion {
  std::string program;           ///< the group: everything made of one base program has one name
  std::string version;           ///< "origin" or the mutant's name
  std::string dataset;           ///< family of data sets; empty: not known
  FaultBits faults{};            ///< as killed_faults() gives them
  bool survived = false;         ///< a mutant that was not killed: equivalent, or below detection
  double impact = 0;             ///< mean metric of the original less that of this version
  std::vector<FeatureRow> runs;  ///< features, one row a run
};

struct DeepFdTable {
  std::vector<std::string> features;  ///< names: feature_names()
  std::vector<DeepFdVersion> versions;
};

/// Errors: InputError unless there are features and every version has a program, a name and a run,
/// and every run all the features, finite; names the version.
void check_table(const DeepFdTable& table);

/// The faults of a mutant that its trainings show: those of its name, or none where it survives.
/// Metrics: one a run, validation accuracy (the public code takes training accuracy for the
/// training table). Errors: InputError of killing_test.
FaultBits killed_faults(const FaultBits& seeded, std::span<const double> original,
                        std::span<const double> mutant, MetricDirection direction,
                        const KillingCriterion& criterion = {});

struct SelectionOptions {
  /// Versions of a larger impact are left out (public code: 0.05). nullopt: none is.
  std::optional<double> largest_impact = std::nullopt;
  /// Rows that have one fault alone, for each fault, and rows without any are drawn down to what
  /// the rarest fault has, at least to `balance_to`. nullopt: all rows stay.
  std::optional<std::size_t> balance_to = 50;
  std::uint64_t seed = 0;
};

/// A run of the table.
struct RunPlace {
  std::size_t version = 0;
  std::size_t run = 0;
  auto operator<=>(const RunPlace&) const = default;
};

/// The runs of `places` that are learnt from, in order. Requires: a checked table.
std::vector<RunPlace> selected_runs(const DeepFdTable& table, const std::vector<RunPlace>& places,
                                    const SelectionOptions& options);

/// Every run of the table, in order.
std::vector<RunPlace> all_runs(const DeepFdTable& table);

/// {"kind": "deepfd_table", "version": 1, "features", "versions"}.
nlohmann::json to_json(const DeepFdTable& table);
/// Errors: InputError naming what is missing, of another type or does not fit.
DeepFdTable table_from_json(const nlohmann::json& document);

}  // namespace dlfix::eval
