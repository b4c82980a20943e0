// What a node of a neutrality graph is beside the known fix. Source: paper section 4.1, Figure 1
// and footnote 2.
#pragma once

#include <string_view>
#include <vector>

#include "eval/truths/neutrality_search.h"

namespace dlfix::eval {

enum class NodeKind {
  kFaulty,   ///< the root
  kNeutral,  ///< no worse than its parent, worse than the fix (grey)
  kTruth,    ///< an alternative ground truth, on a par with the fix (green)
  kBetter,   ///< an alternative ground truth that beats the fix significantly (blue)
};
std::string_view to_string(NodeKind kind);

/// An alternative beats the fix when its mean is better, the generalised linear model of both lists
/// of values gives p < 0.05, and |Cohen's d| is at least 0.5.
NodeKind kind_of_node(const NeutralityNode& node, const std::vector<double>& fix_values,
                      bool higher_is_better);

}  // namespace dlfix::eval
