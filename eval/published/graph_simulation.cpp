#include "eval/published/graph_simulation.h"

#include <algorithm>
#include <limits>

#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

OrderedConfig in_order(const StudyFault& fault, const mapping::Config& config) {
  OrderedConfig ordered;
  for (const auto& name : fault.names) ordered.emplace_back(name, config.at(name));
  return ordered;
}

double fitness_of_fix(const StudyFault& fault, const std::vector<PublishedNode>& nodes) {
  const double infinity = std::numeric_limits<double>::infinity();
  double worst = fault.higher_is_better ? infinity : -infinity;
  for (const auto& node : nodes) {
    if (!node.is_truth) continue;
    const double fitness = node_fitness(node.values, Scores::kPrinted);
    worst = fault.higher_is_better ? std::min(worst, fitness) : std::max(worst, fitness);
  }
  return worst;
}

}  // namespace

NeutralityGraph simulate_graph(const StudyFault& fault, const std::vector<PublishedNode>& nodes) {
  std::map<std::string, const PublishedNode*> by_config;
  const PublishedNode* root = nullptr;
  for (const auto& node : nodes) {
    by_config[key_of(in_order(fault, node.config))] = &node;
    if (node.node == 0) root = &node;
  }
  if (root == nullptr)
    throw support::InputError("alternative_gt.jsonl.gz: fault " + fault.id + " has no node 0");
  NeutralityOptions options;
  options.higher_is_better = fault.higher_is_better;
  options.truth_fitness = fitness_of_fix(fault, nodes);
  return search_neutral(in_order(fault, root->config),
                        one_by_one([&](const OrderedConfig& config) -> NodeValues {
                          const auto found = by_config.find(key_of(config));
                          if (found == by_config.end()) return std::nullopt;
                          return found->second->values;
                        }),
                        options);
}

bool same_graph(const NeutralityGraph& graph, const std::vector<PublishedNode>& nodes) {
  std::vector<PublishedNode> edges;
  std::ranges::copy_if(nodes, std::back_inserter(edges),
                       [](const PublishedNode& node) { return node.parent >= 0; });
  return std::ranges::equal(graph.nodes, edges, [](const auto& ours, const auto& theirs) {
    return ours.id == theirs.node && ours.parent == theirs.parent &&
           ours.is_truth == theirs.is_truth;
  });
}

}  // namespace dlfix::eval
