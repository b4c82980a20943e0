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
  /// The next config that was not generated before, evaluated; nullopt: known, or not neutral.
  std::optional<NeutralityNode> generate(const NeutralityNode& parent, const Mutation& mutation);
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
};

std::optional<NeutralityNode> Search::generate(const NeutralityNode& parent,
                                               const Mutation& mutation) {
  NeutralityNode node;
  node.config = parent.config;
  node.config[mutation.position].second = mutation.value;
  if (!seen_.insert(key_of(node.config)).second) return std::nullopt;
  node.id = ++graph_.generated;
  node.parent = parent.id;
  auto values = evaluate_(node.config);
  if (!values || values->empty()) return std::nullopt;
  node.values = std::move(*values);
  node.fitness = node_fitness(node.values, options_.scores);
  node.is_truth = !better(options_.truth_fitness, node.fitness);
  return node;
}

void Search::expand(const NeutralityNode& parent) {
  std::vector<NeutralityNode> improving;
  for (const Mutation& mutation : mutations_of(parent.config, options_.values)) {
    auto node = generate(parent, mutation);
    if (!node) continue;
    if (improves(*node, parent)) {
      improving.push_back(std::move(*node));
    } else if (node->is_truth) {
      graph_.nodes.push_back(std::move(*node));
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
  auto values = evaluate_(faulty);
  if (!values || values->empty())
    throw std::invalid_argument("search_neutral: the faulty config has no metric");
  graph_.root.config = faulty;
  graph_.root.values = std::move(*values);
  graph_.root.fitness = node_fitness(graph_.root.values, options_.scores);
  seen_.insert(key_of(faulty));
  queue_.push_back(graph_.root);
  while (!queue_.empty() && !(options_.stop && options_.stop())) {
    const NeutralityNode parent = std::move(queue_.front());
    queue_.pop_front();
    expand(parent);
  }
  graph_.exhausted = queue_.empty();
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

NeutralityGraph search_neutral(const OrderedConfig& faulty, const NodeEvaluator& evaluate,
                               const NeutralityOptions& options) {
  return Search(evaluate, options).run(faulty);
}

}  // namespace dlfix::eval
