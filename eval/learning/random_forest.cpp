#include "eval/learning/random_forest.h"

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "eval/learning/model_document.h"
#include "eval/learning/scikit_random.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

constexpr std::uint32_t kTreeSeeds = 0x7FFFFFFF;

// How often each row is drawn.
std::vector<double> drawn_rows(std::size_t rows, std::uint32_t tree_seed) {
  std::vector<double> counts(rows, 0.0);
  NumpyRandom random(tree_seed);
  for (std::size_t i = 0; i < rows; ++i) ++counts[random.below(static_cast<std::uint32_t>(rows))];
  return counts;
}

}  // namespace

RandomForest RandomForest::fit(const LabelledRows& rows, const ForestOptions& options) {
  check_rows(rows);
  if (options.trees == 0) throw support::InputError("a forest needs at least one tree");
  const std::size_t count = rows.features.size();
  TreeOptions tree = options.tree;
  if (tree.features_per_split == 0) {
    const auto root = std::sqrt(static_cast<double>(rows.features.front().size()));
    tree.features_per_split = std::max<std::size_t>(1, static_cast<std::size_t>(root));
  }
  RandomForest forest;
  NumpyRandom random(options.seed);
  for (std::size_t i = 0; i < options.trees; ++i) {
    tree.seed = random.below(kTreeSeeds);
    const auto weights =
        options.bootstrap ? drawn_rows(count, tree.seed) : std::vector<double>(count, 1.0);
    forest.trees_.push_back(DecisionTree::fit(rows, weights, tree));
  }
  return forest;
}

ClassShares RandomForest::predict_proba(const FeatureRow& row) const {
  ClassShares sum;
  for (const auto& labels : classes()) sum.emplace_back(labels.size(), 0.0);
  for (const DecisionTree& tree : trees_) {
    const ClassShares shares = tree.predict_proba(row);
    for (std::size_t output = 0; output < sum.size(); ++output) {
      for (std::size_t c = 0; c < sum[output].size(); ++c) sum[output][c] += shares[output][c];
    }
  }
  for (auto& output : sum) {
    for (double& share : output) share /= static_cast<double>(trees_.size());
  }
  return sum;
}

LabelRow RandomForest::predict(const FeatureRow& row) const {
  return likeliest(predict_proba(row), classes());
}

json RandomForest::to_json() const {
  json document = model_document("random_forest");
  json& trees = document["trees"] = json::array();
  for (const DecisionTree& tree : trees_) trees.push_back(tree.to_json());
  return document;
}

RandomForest RandomForest::from_json(const json& document) {
  check_model_document(document, "random_forest");
  const json& trees = model_field(document, "trees");
  if (!trees.is_array() || trees.empty()) refuse_model(document, "it has no trees");
  RandomForest forest;
  for (const json& tree : trees) forest.trees_.push_back(DecisionTree::from_json(tree));
  for (const DecisionTree& tree : forest.trees_) {
    const bool same =
        tree.classes() == forest.classes() && tree.features() == forest.trees_.front().features();
    if (!same) refuse_model(document, "its trees are of different features or classes");
  }
  return forest;
}

}  // namespace dlfix::eval
