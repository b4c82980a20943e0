// Questions about the node list that several rules ask.
#pragma once

#include <algorithm>
#include <cstddef>
#include <vector>

#include "eval/localisers/neuralint/rules.h"

namespace dlfix::eval::lint {

using Places = std::vector<std::size_t>;
using Nodes = std::vector<LintNode>;

inline constexpr const char* kParameter = "wrong model parameter or structure";
inline constexpr const char* kUnaligned = "unaligned tensor";
inline constexpr const char* kMisuse = "API misuse";
inline constexpr const char* kInefficient = "structure inefficiency";
inline constexpr std::size_t kNear = 3;   ///< "within 3 nodes"
inline constexpr std::size_t kDeep = 10;  ///< convolutions and poolings of a deep network

inline bool is_pool(const LintNode& node) {
  return node.kind == LintKind::kMaxPool || node.kind == LintKind::kAveragePool;
}
inline bool is_conv(const LintNode& node) { return node.kind == LintKind::kConv; }
inline bool is_kind(const LintNode& node, LintKind kind) { return node.kind == kind; }

// Whether one of the nodes behind `x`, at most `reach` away, is as wanted.
template <class Wanted>
bool any_behind(const Nodes& nodes, std::size_t x, std::size_t reach, Wanted wanted) {
  const std::size_t end = std::min(nodes.size(), x + 1 + reach);
  for (std::size_t i = x + 1; i < end; ++i) {
    if (wanted(nodes[i])) return true;
  }
  return false;
}

template <class Wanted>
bool any_later(const Nodes& nodes, std::size_t x, Wanted wanted) {
  return any_behind(nodes, x, nodes.size(), wanted);
}

template <class Wanted>
bool any_between(const Nodes& nodes, std::size_t x, std::size_t y, Wanted wanted) {
  return y > x + 1 && any_behind(nodes, x, y - x - 1, wanted);
}

// All nodes for which `matches(nodes, i)` holds.
template <class Matches>
Places places_where(const Nodes& nodes, Matches matches) {
  Places places;
  for (std::size_t i = 0; i < nodes.size(); ++i) {
    if (matches(nodes, i)) places.push_back(i);
  }
  return places;
}

inline Places last_when(const LintModel& model, bool matches) {
  return matches ? Places{model.nodes.size() - 1} : Places{};
}

inline std::int64_t width_of(const LintNode& node) {
  return node.out.size() > 1 ? node.out[1] : -1;
}

inline std::size_t depth_of(const Nodes& nodes) {
  return static_cast<std::size_t>(std::count_if(
      nodes.begin(), nodes.end(), [](const LintNode& n) { return is_conv(n) || is_pool(n); }));
}

// Of a rule that cannot match, or is off.
inline Places never(const LintModel&, ToolReading) { return {}; }

/// The rules of each subject; lint_rules() has them all.
std::vector<LintRule> learner_rules();
std::vector<LintRule> architecture_rules();
std::vector<LintRule> layer_rules();

}  // namespace dlfix::eval::lint
