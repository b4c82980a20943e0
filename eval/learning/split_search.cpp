#include "eval/learning/split_search.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace dlfix::eval {
namespace {

constexpr float kSameValue = 1e-7F;

double midpoint(float below, float above) {
  const double middle = below / 2.0 + above / 2.0;
  // Two neighbouring floats have no float between them, and the right one must not go left.
  return middle == above || std::isinf(middle) ? below : middle;
}

}  // namespace

double gini_impurity(const ClassWeights& weights, double total) {
  double sum = 0;
  for (const auto& output : weights) {
    double squares = 0;
    for (const double weight : output) squares += weight * weight;
    sum += 1.0 - squares / (total * total);
  }
  return sum / static_cast<double>(weights.size());
}

SplitSearch::SplitSearch(const GrowingRows& rows, const SplitLimits& limits, std::uint32_t seed)
    : rows_(rows), limits_(limits), random_(seed) {
  all_weight_ = std::accumulate(rows.weights.begin(), rows.weights.end(), 0.0);
  features_.resize(rows.columns.size());
  std::iota(features_.begin(), features_.end(), std::size_t{0});
  constants_.resize(features_.size());
  std::size_t end = 0;
  for (const std::size_t count : rows.class_counts) ends_.push_back(end += count);
  for (const LabelRow& labels : rows.labels) {
    for (std::size_t output = 0; output < labels.size(); ++output) {
      const std::size_t begin = output == 0 ? 0 : ends_[output - 1];
      slots_.push_back(static_cast<std::uint32_t>(begin + std::size_t(labels[output])));
    }
  }
}

// gini_impurity of weights that stand one after another.
double SplitSearch::flat_impurity(const std::vector<double>& weights, double total) const {
  double sum = 0;
  std::size_t place = 0;
  for (const std::size_t end : ends_) {
    double squares = 0;
    for (; place < end; ++place) squares += weights[place] * weights[place];
    sum += 1.0 - squares / (total * total);
  }
  return sum / static_cast<double>(ends_.size());
}

ClassWeights SplitSearch::weigh(std::span<const std::uint32_t> node) const {
  ClassWeights weights;
  for (const std::size_t count : rows_.class_counts) weights.emplace_back(count, 0.0);
  for (const std::uint32_t row : node) {
    for (std::size_t output = 0; output < weights.size(); ++output) {
      weights[output][static_cast<std::size_t>(rows_.labels[row][output])] += rows_.weights[row];
    }
  }
  return weights;
}

double SplitSearch::total_weight(std::span<const std::uint32_t> node) const {
  double total = 0;
  for (const std::uint32_t row : node) total += rows_.weights[row];
  return total;
}

NodeSplit SplitSearch::split(std::span<std::uint32_t> node, double impurity,
                             std::size_t known_constants) {
  node_weights_.assign(ends_.back(), 0.0);
  for (const std::uint32_t row : node) {
    for (std::size_t output = 0; output < ends_.size(); ++output) {
      node_weights_[slots_[row * ends_.size() + output]] += rows_.weights[row];
    }
  }
  node_weight_ = total_weight(node);
  Candidate best{-std::numeric_limits<double>::infinity(), {}};
  // features_ holds, in this order: known constants that were drawn, known ones that were not, new
  // constants, features not drawn yet, features that were looked at.
  std::size_t not_looked_at = features_.size();
  std::size_t drawn_constants = 0;
  std::size_t new_constants = 0;
  std::size_t visited = 0;
  const auto constants = [&] { return known_constants + new_constants; };
  while (not_looked_at > constants() &&
         (visited < limits_.features_per_split || visited <= new_constants + drawn_constants)) {
    ++visited;
    std::size_t place = random_.between(drawn_constants, not_looked_at - new_constants);
    if (place < known_constants) {
      std::swap(features_[drawn_constants++], features_[place]);
      continue;
    }
    place += new_constants;
    const std::size_t feature = features_[place];
    sort_by(feature, node);
    if (is_constant()) {
      std::swap(features_[place], features_[constants()]);
      ++new_constants;
      continue;
    }
    std::swap(features_[--not_looked_at], features_[place]);
    try_thresholds(feature, best);
  }
  // Nodes below and beside this one find the known constants in one order.
  std::copy_n(constants_.begin(), known_constants, features_.begin());
  const auto from = static_cast<std::ptrdiff_t>(known_constants);
  std::copy_n(features_.begin() + from, new_constants, constants_.begin() + from);
  best.split.known_constants = constants();
  if (best.split.found) finish(node, impurity, best.split);
  return best.split;
}

void SplitSearch::sort_by(std::size_t feature, std::span<const std::uint32_t> node) {
  values_.clear();
  for (const std::uint32_t row : node) values_.push_back({rows_.columns[feature][row], row});
  std::ranges::sort(values_, {}, &Value::x);
}

bool SplitSearch::is_constant() const { return values_.back().x <= values_.front().x + kSameValue; }

void SplitSearch::move_left(std::uint32_t row) {
  const double weight = rows_.weights[row];
  left_weight_ += weight;
  const std::uint32_t* slot = &slots_[row * ends_.size()];
  for (std::size_t output = 0; output < ends_.size(); ++output) {
    left_[slot[output]] += weight;
    right_[slot[output]] -= weight;
  }
}

void SplitSearch::try_thresholds(std::size_t feature, Candidate& best) {
  left_.assign(node_weights_.size(), 0.0);
  right_ = node_weights_;
  left_weight_ = 0;
  const std::size_t count = values_.size();
  for (std::size_t next = 1; next < count; ++next) {
    move_left(values_[next - 1].row);
    if (values_[next].x <= values_[next - 1].x + kSameValue) continue;
    if (next < limits_.min_leaf || count - next < limits_.min_leaf) continue;
    const double right_weight = node_weight_ - left_weight_;
    const double left_impurity = flat_impurity(left_, left_weight_);
    const double right_impurity = flat_impurity(right_, right_weight);
    const double score = -right_weight * right_impurity - left_weight_ * left_impurity;
    if (!(score > best.score)) continue;
    best.score = score;
    best.split.found = true;
    best.split.feature = feature;
    best.split.threshold = midpoint(values_[next - 1].x, values_[next].x);
    best.split.left_impurity = left_impurity;
    best.split.right_impurity = right_impurity;
  }
}

void SplitSearch::finish(std::span<std::uint32_t> node, double impurity, NodeSplit& split) const {
  const auto& column = rows_.columns[split.feature];
  const auto right = std::stable_partition(
      node.begin(), node.end(), [&](std::uint32_t row) { return column[row] <= split.threshold; });
  split.left_size = static_cast<std::size_t>(right - node.begin());
  const double left_weight = total_weight(node.first(split.left_size));
  const double right_weight = node_weight_ - left_weight;
  split.improvement = node_weight_ / all_weight_ *
                      (impurity - right_weight / node_weight_ * split.right_impurity -
                       left_weight / node_weight_ * split.left_impurity);
}

}  // namespace dlfix::eval
