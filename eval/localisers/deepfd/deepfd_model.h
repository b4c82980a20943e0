// DeepFD's three classifiers, trained.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "eval/learning/min_max_scaler.h"
#include "eval/learning/nearest_neighbours.h"
#include "eval/learning/random_forest.h"
#include "eval/localisers/deepfd/training_table.h"

namespace dlfix::eval {

/// Defaults are the public code's: 5 neighbours; a tree of depth 5; 32 trees of depth 10 that look
/// at 60 features a split.
struct DeepFdOptions {
  std::size_t neighbours = 5;
  TreeOptions tree = {.max_depth = 5};
  ForestOptions forest = {.trees = 32, .tree = {.max_depth = 10, .features_per_split = 60}};
  SelectionOptions selection = {};
  VoteOffsets offsets = kPublishedOffsets;
};

class DeepFdModel {
 public:
  /// Learns from the runs of `places` that the selection keeps; features are scaled to [0, 1] by
  /// their limits. Errors: InputError of check_table, and when fewer runs are left than neighbours.
  static DeepFdModel fit(const DeepFdTable& table, const std::vector<RunPlace>& places,
                         const DeepFdOptions& options);

  /// What each classifier says of each run of one program, neighbours, tree, forest. Features
  /// beyond the limits of the training rows count as at them.
  /// `by_own_limits`: the quirk scaled_by_test_batch. Errors: InputError for no runs or other
  /// features than were learnt from.
  RunVotes votes(const std::vector<FeatureRow>& runs, bool by_own_limits = false) const;

  const std::vector<std::string>& features() const { return features_; }
  const VoteOffsets& offsets() const { return offsets_; }
  DeepFdModel with_offsets(const VoteOffsets& offsets) const;
  const DecisionTree& tree() const { return tree_; }

  /// {"kind": "deepfd_model", "version": 1, "features", "offsets", "scaler", "neighbours", "tree",
  /// "forest"}.
  nlohmann::json to_json() const;
  /// Errors: InputError naming what is missing or does not fit: a model without its scaler says
  /// nothing about a new program.
  static DeepFdModel from_json(const nlohmann::json& document);

 private:
  DeepFdModel(std::vector<std::string> features, const VoteOffsets& offsets, MinMaxScaler scaler,
              NearestNeighbours neighbours, DecisionTree tree, RandomForest forest);

  std::vector<std::string> features_;
  VoteOffsets offsets_;
  MinMaxScaler scaler_;
  NearestNeighbours neighbours_;
  DecisionTree tree_;
  RandomForest forest_;
};

}  // namespace dlfix::eval
