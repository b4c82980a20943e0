// The best split of a tree's node, as scikit-learn's "best" splitter finds it.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "eval/learning/labelled_rows.h"
#include "eval/learning/scikit_random.h"

namespace dlfix::eval {

/// What a tree grows on. Features are compared in single precision, as scikit-learn does.
struct GrowingRows {
  std::vector<std::vector<float>> columns;  ///< [feature][row]
  std::vector<LabelRow> labels;             ///< [row][output]: index of the class
  std::vector<std::size_t> class_counts;    ///< [output]
  std::vector<double> weights;              ///< [row]: how often it counts
};

/// [output][class]: weights that fall there.
using ClassWeights = std::vector<std::vector<double>>;

/// Gini impurity, the mean over the outputs. `total`: the sum of the weights in each output.
double gini_impurity(const ClassWeights& weights, double total);

struct NodeSplit {
  bool found = false;  ///< false: nothing varies
  std::size_t feature = 0;
  double threshold = 0;       ///< rows with at most this go left
  std::size_t left_size = 0;  ///< how many of the node's rows go left
  double improvement = 0;     ///< of the impurity, weighted by the node's share of all rows
  double left_impurity = 0, right_impurity = 0;
  std::size_t known_constants = 0;  ///< features that are constant in the node and below it
};

struct SplitLimits {
  std::size_t features_per_split = 0;  ///< how many that vary are looked at
  std::size_t min_leaf = 1;            ///< rows
};

/// Features are drawn without replacement; among splits that are equally good the one met first
/// stays: features in the order of the draws, thresholds from below. Features that vary by no more
/// than 1e-7 are constant; thresholds lie half-way between neighbours. The order of the features is
/// kept from node to node, so nodes have to come in scikit-learn's order (depth first, left first).
/// Source: scikit-learn 1.2, DecisionTreeClassifier(splitter="best", criterion="gini").
class SplitSearch {
 public:
  SplitSearch(const GrowingRows& rows, const SplitLimits& limits, std::uint32_t seed);

  /// Splits the rows of a node and puts those that go left first. `impurity`: of the node;
  /// `known_constants`: of its parent's split (0 for the root).
  NodeSplit split(std::span<std::uint32_t> node, double impurity, std::size_t known_constants);

  /// Class weights of a node and their sum.
  ClassWeights weigh(std::span<const std::uint32_t> node) const;
  double total_weight(std::span<const std::uint32_t> node) const;

 private:
  struct Value {
    float x;
    std::uint32_t row;
  };
  struct Candidate {
    double score;
    NodeSplit split;
  };

  double flat_impurity(const std::vector<double>& weights, double total) const;
  void sort_by(std::size_t feature, std::span<const std::uint32_t> node);
  bool is_constant() const;
  void try_thresholds(std::size_t feature, Candidate& best);
  void move_left(std::uint32_t row);
  void finish(std::span<std::uint32_t> node, double impurity, NodeSplit& split) const;

  const GrowingRows& rows_;
  SplitLimits limits_;
  XorShift random_;
  double all_weight_ = 0;
  std::vector<std::size_t> features_;   ///< in the order of the draws so far
  std::vector<std::size_t> constants_;  ///< those found constant on the way down
  std::vector<Value> values_;           ///< of the feature in hand, ascending
  /// Class weights of all outputs one after another: this is where the time goes.
  std::vector<double> node_weights_, left_, right_;
  std::vector<std::size_t> ends_;     ///< [output]: where its classes end
  std::vector<std::uint32_t> slots_;  ///< [row][output]: where the row's class is
  double node_weight_ = 0, left_weight_ = 0;
};

}  // namespace dlfix::eval
