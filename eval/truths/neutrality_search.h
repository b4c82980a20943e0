// Neutrality analysis: from a faulty configuration, breadth first, to others that are at least as
// good as the known fix. Source: paper section 4, Algorithm 1, with the deviations that the study's
// published graphs show.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "eval/metrics/scores.h"
#include "eval/truths/mutations.h"

namespace dlfix::eval {

/// Metric of several trainings of a config; nullopt when it cannot be built, crashes, or gives
/// numbers that are not finite: it is never neutral.
using NodeValues = std::optional<std::vector<double>>;

/// Values of each config, in order: all neighbours of a node come at once, so that they can train
/// together. Fewer than asked for: the search ends with those (budget, Ctrl-C).
using NodeEvaluator =
    std::function<std::vector<NodeValues>(std::span<const OrderedConfig> configs)>;

/// Asks for one config after the other.
NodeEvaluator one_by_one(std::function<NodeValues(const OrderedConfig& config)> evaluate);

struct NeutralityNode;

struct NeutralityOptions {
  bool higher_is_better = true;
  /// Mean metric of the known fix, measured as the nodes are. Infinitely good: no node reaches it.
  double truth_fitness = 0;
  /// How many improving neighbours of a node are followed.
  int top_k = 5;
  /// As printed, values are rounded to two decimals before their mean.
  Scores scores = Scores::kPrinted;
  /// Also follow neighbours that are as good as their parent, as the paper's text has it; its data
  /// follow better ones alone.
  bool follow_equal = false;
  /// Asked before each expansion; true ends the search.
  std::function<bool()> stop = {};
  /// Told before each expansion: the node, and how many more wait.
  std::function<void(const NeutralityNode& parent, std::size_t waiting)> expanding = {};
  MutationValues values = {};
};

struct NeutralityNode {
  int id = 0;  ///< by generation: the faulty config is 0, its first neighbour 1
  int parent = -1;
  OrderedConfig config;
  std::vector<double> values;
  double fitness = 0;
  bool is_truth = false;  ///< at least as good as the known fix
};

struct NeutralityGraph {
  NeutralityNode root;
  /// One edge a node, to its parent, in the order of discovery: for each expanded node first the
  /// neighbours that reach the fix without improving on the node, by id, then those followed, best
  /// first.
  std::vector<NeutralityNode> nodes;
  /// Nodes that improve on their parent and reach the fix, but came behind the top k: alternative
  /// ground truths all the same, which the study drops.
  std::vector<NeutralityNode> dropped_truths;
  int generated = 0;       ///< configs evaluated, the root not counted
  int expanded = 0;        ///< nodes whose neighbours were all evaluated
  bool exhausted = false;  ///< false: stopped with nodes left to expand
};

/// Mean of a node's values, to nine decimals, so that equal values in another order are equal.
double node_fitness(const std::vector<double>& values, Scores scores);

/// A root without values, and nothing else, when the evaluator ends the search at once.
/// Errors: std::invalid_argument when the root cannot be evaluated; what the evaluator throws.
NeutralityGraph search_neutral(const OrderedConfig& faulty, const NodeEvaluator& evaluate,
                               const NeutralityOptions& options);

}  // namespace dlfix::eval
