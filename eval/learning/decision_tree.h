// A classification tree (Breiman, Friedman, Olshen, Stone: Classification and Regression Trees,
// 1984), grown as scikit-learn grows it.
#pragma once

#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <vector>

#include "eval/learning/labelled_rows.h"

namespace dlfix::eval {

/// Defaults are scikit-learn's.
struct TreeOptions {
  std::optional<int> max_depth = std::nullopt;  ///< nullopt: until nothing can be split
  std::size_t min_split = 2;                    ///< rows that a node must have to be split
  std::size_t min_leaf = 1;                     ///< rows of a leaf
  std::size_t features_per_split = 0;           ///< 0, or more than there are: all
  std::uint32_t seed = 0;  ///< random_state: in which order features are looked at
};

class DecisionTree {
 public:
  /// Impurity is the mean Gini over the outputs. Under one seed the tree is scikit-learn's, node by
  /// node: also where splits tie, which the order of the features decides.
  /// Errors: InputError of check_rows; a feature beyond single precision; zero min_split or
  /// min_leaf, negative max_depth.
  /// Source: scikit-learn 1.2, DecisionTreeClassifier(criterion="gini", splitter="best").
  static DecisionTree fit(const LabelledRows& rows, const TreeOptions& options = {});
  /// The same with rows that count `weights` times; those of weight 0 are left out.
  /// Errors: also InputError unless there is one weight a row, none negative, one positive.
  static DecisionTree fit(const LabelledRows& rows, const std::vector<double>& weights,
                          const TreeOptions& options);

  /// Shares of the classes in the row's leaf. Errors: InputError of check_features.
  ClassShares predict_proba(const FeatureRow& row) const;
  /// Per output the leaf's majority, the smallest label among equals.
  LabelRow predict(const FeatureRow& row) const;

  const OutputClasses& classes() const { return classes_; }
  std::size_t features() const { return features_; }
  std::size_t nodes() const { return nodes_.size(); }
  int depth() const;

  /// {"kind": "decision_tree", "features", "classes", "nodes"}: nodes depth first, left first; a
  /// split is [feature, threshold, place of the right child], its left child the next node; a leaf
  /// is {"leaf": [output][class]} with weights.
  nlohmann::json to_json() const;
  /// Errors: InputError naming what is missing or does not fit.
  static DecisionTree from_json(const nlohmann::json& document);

 private:
  struct Node {
    bool is_leaf = true;
    std::size_t feature = 0;
    double threshold = 0;
    std::size_t right = 0;
    ClassShares shares;  ///< of a leaf: weights of the classes
  };
  class Grower;

  int depth_below(std::size_t node) const;
  const Node& leaf_of(const FeatureRow& row) const;
  static Node node_from(const nlohmann::json& document, const nlohmann::json& entry,
                        const DecisionTree& tree);
  void check_shape(const nlohmann::json& document) const;

  std::size_t features_ = 0;
  OutputClasses classes_;
  std::vector<Node> nodes_;
};

}  // namespace dlfix::eval
