#include "eval/truths/node_kind.h"

#include <cmath>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/effect_size.h"
#include "eval/statistics/two_means.h"

namespace dlfix::eval {
namespace {

constexpr double kSignificance = 0.05;
constexpr double kLeastEffect = 0.5;

}  // namespace

std::string_view to_string(NodeKind kind) {
  switch (kind) {
    case NodeKind::kFaulty:
      return "faulty";
    case NodeKind::kNeutral:
      return "neutral";
    case NodeKind::kTruth:
      return "on a par with the fix";
    case NodeKind::kBetter:
      break;
  }
  return "better than the fix";
}

NodeKind kind_of_node(const NeutralityNode& node, const std::vector<double>& fix_values,
                      bool higher_is_better) {
  if (node.parent < 0) return NodeKind::kFaulty;
  if (!node.is_truth) return NodeKind::kNeutral;
  const double gain = mean(node.values) - mean(fix_values);
  const bool better = higher_is_better ? gain > 0 : gain < 0;
  const bool significant = better &&
                           glm_group_test(fix_values, node.values).p_value < kSignificance &&
                           std::abs(cohens_d(fix_values, node.values)) >= kLeastEffect;
  return significant ? NodeKind::kBetter : NodeKind::kTruth;
}

}  // namespace dlfix::eval
