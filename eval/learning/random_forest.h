// Random forests (Breiman, Random Forests, Machine Learning 45, 2001), as scikit-learn grows them.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "eval/learning/decision_tree.h"

namespace dlfix::eval {

/// Defaults are scikit-learn's.
struct ForestOptions {
  std::size_t trees = 100;
  /// Of every tree; its seed is not looked at. 0 features per split: the root of their number.
  TreeOptions tree = {};
  bool bootstrap = true;  ///< every tree draws as many rows as there are, with replacement
  std::uint32_t seed = 0;
};

class RandomForest {
 public:
  /// Under one seed the forest is scikit-learn's, tree by tree.
  /// Errors: as DecisionTree::fit; InputError for no trees.
  /// Source: scikit-learn 1.2, RandomForestClassifier(criterion="gini").
  static RandomForest fit(const LabelledRows& rows, const ForestOptions& options = {});

  /// Mean of the trees' shares. Errors: InputError of check_features.
  ClassShares predict_proba(const FeatureRow& row) const;
  /// Per output the class of the largest mean share, the smallest label among equals.
  LabelRow predict(const FeatureRow& row) const;

  const OutputClasses& classes() const { return trees_.front().classes(); }
  std::size_t features() const { return trees_.front().features(); }
  const std::vector<DecisionTree>& trees() const { return trees_; }

  /// {"kind": "random_forest", "trees": [decision_tree, ...]}.
  nlohmann::json to_json() const;
  /// Errors: InputError naming what is missing or does not fit.
  static RandomForest from_json(const nlohmann::json& document);

 private:
  std::vector<DecisionTree> trees_;  ///< at least one, all of the same features and classes
};

}  // namespace dlfix::eval
