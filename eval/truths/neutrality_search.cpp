#include "eval/truths/neutrality_search.h"

#include <algorithm>
#include <deque>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>

#include "eval/statistics/descriptive.h"

namespace dlfix::eval {
namespace {

constexpr int kValueDecimals = 2;
constexpr int kFitnessDecimals = 9;

class Search {
 public:
  Search(const NodeEvaluator& evaluate, const NeutralityOptions& options)
      : evaluate_(evaluate), options_(options) {}

  NeutralityGraph run(const OrderedConfig& faulty);

 private:
  void expand(const NeutralityNode& parent);
  /// Neighbours that were not generated before, numbered.
  std::vector<NeutralityNode> neighbours(const NeutralityNode& parent);
  /// Evaluates them; false when the search is to end. What has no values is left out.
  bool measure(std::vector<NeutralityNode>& nodes);
  void follow(std::vector<NeutralityNode> improving);

  bool better(double a, double b) const { return options_.higher_is_better ? a > b : a < b; }
  bool improves(const NeutralityNode& node, const NeutralityNode& parent) const {
    return better(node.fitness, parent.fitness) ||
           (options_.follow_equal && node.fitness == parent.fitness);
  }

  const NodeEvaluator& evaluate_;
  const NeutralityOptions& options_;
  NeutralityGraph graph_;
  std::set<std::string> seen_;
  std::deque<NeutralityNode> queue_;
  bool ended_ = false;
};

std::vector<NeutralityNode> Search::neighbours(const NeutralityNode& parent) {
  std::vector<NeutralityNode> nodes;
  for (const Mutation& mutation : mutations_of(parent.config, options_.values)) {
    NeutralityNode node;
    node.config = parent.config;
    node.config[mutation.position].second = mutation.value;
    if (!seen_.insert(key_of(node.config)).second) continue;
    node.parent = parent.id;
    node.id = graph_.generated + static_cast<int>(nodes.size()) + 1;
    nodes.push_back(std::move(node));
  }
  return nodes;
}

bool Search::measure(std::vector<NeutralityNode>& nodes) {
  std::vector<OrderedConfig> configs;
  for (const auto& node : nodes) configs.push_back(node.config);
  std::vector<NodeValues> values;
  if (!configs.empty()) values = evaluate_(configs);
  const bool complete = values.size() >= nodes.size();
  graph_.generated += static_cast<int>(std::min(values.size(), nodes.size()));
  std::vector<NeutralityNode> measured;
  for (std::size_t i = 0; i < std::min(values.size(), nodes.size()); ++i) {
    if (!values[i] || values[i]->empty()) continue;
    NeutralityNode& node = measured.emplace_back(std::move(nodes[i]));
    node.values = std::move(*values[i]);
    node.fitness = node_fitness(node.values, options_.scores);
    node.is_truth = !better(options_.truth_fitness, node.fitness);
  }
  nodes = std::move(measured);
  return complete;
}

void Search::expand(const NeutralityNode& parent) {
  std::vector<NeutralityNode> nodes = neighbours(parent);
  ended_ = !measure(nodes);
  graph_.expanded += ended_ ? 0 : 1;
  std::vector<NeutralityNode> improving;
  for (NeutralityNode& node : nodes) {
    if (improves(node, parent)) {
      improving.push_back(std::move(node));
    } else if (node.is_truth) {
      graph_.nodes.push_back(std::move(node));
    }
  }
  follow(std::move(improving));
}

void Search::follow(std::vector<NeutralityNode> improving) {
  std::stable_sort(improving.begin(), improving.end(),
                   [&](const auto& a, const auto& b) { return better(a.fitness, b.fitness); });
  for (std::size_t i = 0; i < improving.size(); ++i) {
    if (i < static_cast<std::size_t>(options_.top_k)) {
      queue_.push_back(improving[i]);
      graph_.nodes.push_back(std::move(improving[i]));
    } else if (improving[i].is_truth) {
      graph_.dropped_truths.push_back(std::move(improving[i]));
    }
  }
}

NeutralityGraph Search::run(const OrderedConfig& faulty) {
  graph_.root.config = faulty;
  auto values = evaluate_(std::span(&faulty, 1));
  if (values.empty()) return std::move(graph_);
  if (!values.front() || values.front()->empty())
    throw std::invalid_argument("search_neutral: the faulty config has no metric");
  graph_.root.values = std::move(*values.front());
  graph_.root.fitness = node_fitness(graph_.root.values, options_.scores);
  seen_.insert(key_of(faulty));
  queue_.push_back(graph_.root);
  while (!ended_ && !queue_.empty() && !(options_.stop && options_.stop())) {
    const NeutralityNode parent = std::move(queue_.front());
    queue_.pop_front();
    if (options_.expanding) options_.expanding(parent, queue_.size());
    expand(parent);
  }
  graph_.exhausted = !ended_ && queue_.empty();
  return std::move(graph_);
}

}  // namespace

double node_fitness(const std::vector<double>& values, Scores scores) {
  std::vector<double> read = values;
  if (scores == Scores::kPrinted) {
    for (double& value : read) value = round_half_even(value, kValueDecimals);
  }
  return round_half_even(mean(read), kFitnessDecimals);
}

NodeEvaluator one_by_one(std::function<NodeValues(const OrderedConfig& config)> evaluate) {
  return [evaluate = std::move(evaluate)](std::span<const OrderedConfig> configs) {
    std::vector<NodeValues> values;
    for (const auto& config : configs) values.push_back(evaluate(config));
    return values;
  };
}

NeutralityGraph search_neutral(const OrderedConfig& faulty, const NodeEvaluator& evaluate,
                               const NeutralityOptions& options) {
  return Search(evaluate, options).run(faulty);
}

}  // namespace dlfix::eval
