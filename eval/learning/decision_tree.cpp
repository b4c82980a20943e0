#include "eval/learning/decision_tree.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <numeric>

#include "eval/learning/model_document.h"
#include "eval/learning/split_search.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;
using support::InputError;

constexpr double kPure = std::numeric_limits<double>::epsilon();
constexpr std::uint32_t kSplitterSeeds = 0x7FFFFFFF;

void check_options(const TreeOptions& options) {
  if (options.max_depth.value_or(1) < 1 || options.min_split < 1 || options.min_leaf < 1) {
    throw InputError(
        fmt::format("a tree of depth {}, splits from {} rows and leaves from {} is not "
                    "possible: each has to be at least 1",
                    options.max_depth.value_or(1), options.min_split, options.min_leaf));
  }
}

void check_weights(const std::vector<double>& weights, std::size_t rows) {
  if (weights.size() != rows) {
    throw InputError(fmt::format("there are {} rows and {} weights", rows, weights.size()));
  }
  const bool fine =
      std::ranges::all_of(weights, [](double w) { return w >= 0 && std::isfinite(w); });
  if (!fine || std::ranges::count(weights, 0.0) == std::ssize(weights)) {
    throw InputError("weights have to be numbers from 0, and one above 0");
  }
}

float single(double value, std::size_t row, std::size_t feature) {
  const auto result = static_cast<float>(value);
  if (std::isfinite(result)) return result;
  throw InputError(
      fmt::format("row {}, feature {} is {}, beyond single precision", row, feature, value));
}

GrowingRows growing_rows(const LabelledRows& rows, const OutputClasses& classes) {
  GrowingRows result;
  result.columns.assign(rows.features.front().size(), std::vector<float>(rows.features.size()));
  for (std::size_t row = 0; row < rows.features.size(); ++row) {
    for (std::size_t feature = 0; feature < result.columns.size(); ++feature) {
      result.columns[feature][row] = single(rows.features[row][feature], row, feature);
    }
  }
  result.labels = encoded(rows.labels, classes);
  for (const auto& labels : classes) result.class_counts.push_back(labels.size());
  return result;
}

}  // namespace

// Grows the nodes depth first, left first.
class DecisionTree::Grower {
 public:
  Grower(const GrowingRows& rows, const TreeOptions& options)
      : options_(options), search_(rows, limits(rows, options), splitter_seed(options.seed)) {
    for (std::uint32_t row = 0; row < rows.weights.size(); ++row) {
      if (rows.weights[row] != 0) order_.push_back(row);
    }
  }

  std::vector<Node> grow() {
    const ClassWeights weights = search_.weigh(order_);
    grow_node(order_, gini_impurity(weights, search_.total_weight(order_)), 0, 0);
    return std::move(nodes_);
  }

 private:
  static SplitLimits limits(const GrowingRows& rows, const TreeOptions& options) {
    const std::size_t all = rows.columns.size();
    const std::size_t asked = options.features_per_split;
    return {asked == 0 ? all : std::min(asked, all), options.min_leaf};
  }

  static std::uint32_t splitter_seed(std::uint32_t seed) {
    return NumpyRandom(seed).below(kSplitterSeeds);
  }

  void grow_node(std::span<std::uint32_t> rows, double impurity, int depth, std::size_t constants) {
    const std::size_t place = nodes_.size();
    nodes_.emplace_back();
    const bool may_split = depth < options_.max_depth.value_or(std::numeric_limits<int>::max()) &&
                           rows.size() >= options_.min_split &&
                           rows.size() >= 2 * options_.min_leaf && impurity > kPure;
    const NodeSplit split = may_split ? search_.split(rows, impurity, constants) : NodeSplit{};
    if (!split.found || split.improvement + kPure < 0) {
      nodes_[place].shares = search_.weigh(rows);
      return;
    }
    nodes_[place].is_leaf = false;
    nodes_[place].feature = split.feature;
    nodes_[place].threshold = split.threshold;
    grow_node(rows.first(split.left_size), split.left_impurity, depth + 1, split.known_constants);
    nodes_[place].right = nodes_.size();
    grow_node(rows.subspan(split.left_size), split.right_impurity, depth + 1,
              split.known_constants);
  }

  const TreeOptions& options_;
  SplitSearch search_;
  std::vector<std::uint32_t> order_;
  std::vector<Node> nodes_;
};

DecisionTree DecisionTree::fit(const LabelledRows& rows, const TreeOptions& options) {
  return fit(rows, std::vector<double>(rows.features.size(), 1.0), options);
}

DecisionTree DecisionTree::fit(const LabelledRows& rows, const std::vector<double>& weights,
                               const TreeOptions& options) {
  check_rows(rows);
  check_options(options);
  check_weights(weights, rows.features.size());
  DecisionTree tree;
  tree.features_ = rows.features.front().size();
  tree.classes_ = classes_of(rows.labels);
  GrowingRows growing = growing_rows(rows, tree.classes_);
  growing.weights = weights;
  tree.nodes_ = Grower(growing, options).grow();
  return tree;
}

const DecisionTree::Node& DecisionTree::leaf_of(const FeatureRow& row) const {
  check_features(row, features_, "the row");
  std::size_t place = 0;
  while (!nodes_[place].is_leaf) {
    const Node& node = nodes_[place];
    // As in training; a number beyond single precision is infinite and still goes the right way.
    const bool goes_left = static_cast<float>(row[node.feature]) <= node.threshold;
    place = goes_left ? place + 1 : node.right;
  }
  return nodes_[place];
}

ClassShares DecisionTree::predict_proba(const FeatureRow& row) const {
  ClassShares shares = leaf_of(row).shares;
  for (auto& output : shares) {
    const double total = std::accumulate(output.begin(), output.end(), 0.0);
    for (double& share : output) share /= total;
  }
  return shares;
}

LabelRow DecisionTree::predict(const FeatureRow& row) const {
  return likeliest(leaf_of(row).shares, classes_);
}

int DecisionTree::depth_below(std::size_t node) const {
  if (nodes_[node].is_leaf) return 0;
  return 1 + std::max(depth_below(node + 1), depth_below(nodes_[node].right));
}

int DecisionTree::depth() const { return depth_below(0); }

json DecisionTree::to_json() const {
  json document = model_document("decision_tree");
  document["features"] = features_;
  document["classes"] = classes_;
  json& nodes = document["nodes"] = json::array();
  for (const Node& node : nodes_) {
    if (node.is_leaf) {
      nodes.push_back({{"leaf", node.shares}});
    } else {
      nodes.push_back({node.feature, node.threshold, node.right});
    }
  }
  return document;
}

DecisionTree::Node DecisionTree::node_from(const json& document, const json& entry,
                                           const DecisionTree& tree) {
  const std::size_t place = tree.nodes_.size();
  Node node;
  try {
    if (entry.is_object()) {
      node.shares = entry.at("leaf").get<ClassShares>();
      return node;
    }
    node.is_leaf = false;
    node.feature = entry.at(0).get<std::size_t>();
    node.threshold = entry.at(1).get<double>();
    node.right = entry.at(2).get<std::size_t>();
  } catch (const json::exception&) {
    refuse_model(document, fmt::format("node {} is neither a split nor a leaf", place));
  }
  if (node.feature >= tree.features_) {
    refuse_model(document, fmt::format("node {} splits feature {} of {}", place, node.feature,
                                       tree.features_));
  }
  return node;
}

// Every node is reached once and leaves fit the classes.
void DecisionTree::check_shape(const json& document) const {
  std::vector<std::size_t> open{0};
  std::size_t expected = 0;
  while (!open.empty()) {
    const std::size_t place = open.back();
    open.pop_back();
    if (place != expected || place >= nodes_.size())
      refuse_model(document, "its nodes are no tree");
    ++expected;
    const Node& node = nodes_[place];
    if (!node.is_leaf) {
      open.push_back(node.right);
      open.push_back(place + 1);
      continue;
    }
    bool fits = node.shares.size() == classes_.size();
    for (std::size_t output = 0; fits && output < classes_.size(); ++output) {
      const auto& weights = node.shares[output];
      const bool counts =
          std::ranges::all_of(weights, [](double w) { return w >= 0 && std::isfinite(w); });
      fits = counts && weights.size() == classes_[output].size() &&
             std::accumulate(weights.begin(), weights.end(), 0.0) > 0;
    }
    if (!fits) refuse_model(document, fmt::format("leaf {} does not fit the classes", place));
  }
  if (expected != nodes_.size()) refuse_model(document, "its nodes are no tree");
}

DecisionTree DecisionTree::from_json(const json& document) {
  check_model_document(document, "decision_tree");
  DecisionTree tree;
  tree.features_ = model_value<std::size_t>(document, "features");
  tree.classes_ = model_classes(document);
  const json& nodes = model_field(document, "nodes");
  if (!nodes.is_array() || nodes.empty()) refuse_model(document, "it has no nodes");
  for (const json& entry : nodes) {
    tree.nodes_.push_back(node_from(document, entry, tree));
  }
  tree.check_shape(document);
  return tree;
}

}  // namespace dlfix::eval
