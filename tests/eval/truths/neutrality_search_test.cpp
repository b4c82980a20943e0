#include "eval/truths/neutrality_search.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "eval/truths/graph_table.h"
#include "eval/truths/node_kind.h"

namespace dlfix::eval {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> listed(const OrderedConfig& config) {
  std::vector<std::string> all;
  for (const auto& mutation : mutations_of(config))
    all.push_back(config[mutation.position].first + "=" + mutation.value.dump());
  return all;
}

TEST(Mutations, EachKindHasItsValuesWithoutTheCurrentOne) {
  EXPECT_THAT(listed({{"ki1", "he_normal"}, {"act2", "tanh"}, {"layer1", 1}}),
              ElementsAre("ki1=\"glorot_normal\"", "ki1=\"random_normal\"", "act2=\"relu\"",
                          "act2=\"sigmoid\"", "act2=\"exponential\"", "act2=\"softmax\"",
                          "layer1=0", "layer1=2"));
  EXPECT_THAT(listed({{"unit1", 5}, {"epochs", 1}, {"lr", 0.01}, {"dropout1", 0.5}}),
              ElementsAre("unit1=10", "unit1=2", "epochs=2", "lr=0.1", "lr=0.001"));
  EXPECT_EQ(mutations_of({{"loss", "hinge"}}).size(), 12U);
  EXPECT_EQ(mutations_of({{"loss", "mse"}}).size(), 13U);
  EXPECT_EQ(mutations_of({{"batch_size", 32}, {"optimizer", "adam"}}).size(), 8U);
  EXPECT_TRUE(mutations_of({{"unit1", "None"}, {"lr", nullptr}}).empty());
}

TEST(Mutations, KeysTellConfigsApartAndNotTheirNumberTypes) {
  EXPECT_EQ(key_of({{"a", 32}, {"b", "x"}}), key_of({{"a", 32.0}, {"b", "x"}}));
  EXPECT_NE(key_of({{"a", 32}, {"b", "x"}}), key_of({{"a", "32"}, {"b", "x"}}));
  EXPECT_NE(key_of({{"a", 0.1}}), key_of({{"a", 0.1000000000000001}}));
}

/// A landscape by epochs (4 at first) and layer1 (1).
class Landscape {
 public:
  explicit Landscape(std::map<std::pair<int, int>, double> values) : values_(std::move(values)) {}
  NodeEvaluator evaluator() {
    return one_by_one([this](const OrderedConfig& config) -> NodeValues {
      const std::pair key{config[0].second.get<int>(), config[1].second.get<int>()};
      order.push_back(key);
      const auto found = values_.find(key);
      if (found == values_.end()) return std::nullopt;
      return std::vector<double>(10, found->second);
    });
  }
  std::vector<std::pair<int, int>> order;

 private:
  std::map<std::pair<int, int>, double> values_;
};

const OrderedConfig kRoot{{"epochs", 4}, {"layer1", 1}};

std::vector<std::pair<int, int>> edges_of(const NeutralityGraph& graph) {
  std::vector<std::pair<int, int>> edges;
  for (const auto& node : graph.nodes) edges.emplace_back(node.parent, node.id);
  return edges;
}

TEST(NeutralitySearch, FollowsImprovementsBestFirstAndKeepsWhatReachesTheFix) {
  Landscape land({{{4, 1}, 0.5},  // root; neighbours 1: (8,1), 2: (2,1), 3: (4,0), 4: (4,2)
                  {{8, 1}, 0.6},
                  {{2, 1}, 0.4},  // worse, below the fix: forgotten
                  {{4, 0}, 0.7},
                  {{4, 2}, 0.7},
                  {{8, 0}, 0.65},  // child of (4,0): worse than it, at the fix: kept, not followed
                  {{16, 1}, 0.9}});
  NeutralityOptions options;
  options.truth_fitness = 0.65;
  const NeutralityGraph graph = search_neutral(kRoot, land.evaluator(), options);
  // Equal ones keep the order in which they were made: 3 before 4. Node 3 makes 5: (8,0), 6: (2,0);
  // node 4 makes 7: (8,2), 8: (2,2); node 1 makes 9: (16,1), since (4,1), (8,0) and (8,2) are
  // known.
  EXPECT_THAT(edges_of(graph), ElementsAre(std::pair(0, 3), std::pair(0, 4), std::pair(0, 1),
                                           std::pair(3, 5), std::pair(1, 9)));
  EXPECT_TRUE(graph.nodes[0].is_truth);
  EXPECT_FALSE(graph.nodes[2].is_truth);  // 0.6
  EXPECT_TRUE(graph.nodes[3].is_truth);   // equal to the fix is enough
  EXPECT_TRUE(graph.exhausted);
  EXPECT_EQ(graph.generated, static_cast<int>(land.order.size()) - 1);
  auto unique = land.order;
  std::ranges::sort(unique);
  EXPECT_EQ(std::ranges::adjacent_find(unique), unique.end());
}

TEST(NeutralitySearch, LowerIsBetter) {
  Landscape land({{{4, 1}, 0.5}, {{8, 1}, 0.2}, {{2, 1}, 0.9}});
  NeutralityOptions options;
  options.higher_is_better = false;
  options.truth_fitness = 0.3;
  const NeutralityGraph graph = search_neutral(kRoot, land.evaluator(), options);
  EXPECT_THAT(edges_of(graph), ElementsAre(std::pair(0, 1)));
  EXPECT_TRUE(graph.nodes[0].is_truth);
}

TEST(NeutralitySearch, BehindTheTopNothingIsFollowedButTruthsAreRecorded) {
  Landscape land({{{4, 1}, 0.5}, {{8, 1}, 0.8}, {{2, 1}, 0.9}, {{4, 0}, 0.6}, {{4, 2}, 0.7}});
  NeutralityOptions options;
  options.truth_fitness = 0.65;
  options.top_k = 1;
  const NeutralityGraph graph = search_neutral(kRoot, land.evaluator(), options);
  EXPECT_THAT(edges_of(graph), ElementsAre(std::pair(0, 2)));
  ASSERT_EQ(graph.dropped_truths.size(), 2U);
  EXPECT_EQ(graph.dropped_truths[0].id, 1);
  EXPECT_EQ(graph.dropped_truths[1].id, 4);
}

TEST(NeutralitySearch, EqualOnesAreFollowedOnlyWhenAskedFor) {
  Landscape land({{{4, 1}, 0.5}, {{8, 1}, 0.5}, {{16, 1}, 0.8}});
  NeutralityOptions options;
  options.truth_fitness = 0.9;
  EXPECT_TRUE(search_neutral(kRoot, land.evaluator(), options).nodes.empty());
  options.follow_equal = true;
  EXPECT_EQ(search_neutral(kRoot, land.evaluator(), options).nodes.size(), 2U);
}

TEST(NeutralitySearch, StopsBetweenExpansions) {
  Landscape land({{{4, 1}, 0.5}, {{8, 1}, 0.6}, {{16, 1}, 0.7}});
  NeutralityOptions options;
  options.truth_fitness = 0.65;
  int expansions = 0;
  options.stop = [&] { return ++expansions > 1; };
  const NeutralityGraph graph = search_neutral(kRoot, land.evaluator(), options);
  EXPECT_EQ(graph.nodes.size(), 1U);
  EXPECT_FALSE(graph.exhausted);
}

TEST(NeutralitySearch, AnEvaluatorThatHasNoMoreEndsTheSearchWithWhatItGave) {
  Landscape land({{{4, 1}, 0.5}, {{8, 1}, 0.6}, {{2, 1}, 0.8}, {{4, 0}, 0.9}});
  const NodeEvaluator all = land.evaluator();
  NeutralityOptions options;
  options.truth_fitness = 0.7;
  const auto two_of_each = [&](std::span<const OrderedConfig> configs) {
    return all(configs.first(std::min<std::size_t>(2, configs.size())));
  };
  const NeutralityGraph graph = search_neutral(kRoot, two_of_each, options);
  EXPECT_THAT(edges_of(graph), ElementsAre(std::pair(0, 2), std::pair(0, 1)));
  EXPECT_EQ(graph.generated, 2);
  EXPECT_EQ(graph.expanded, 0);
  EXPECT_FALSE(graph.exhausted);
  const auto nothing = [](std::span<const OrderedConfig>) { return std::vector<NodeValues>{}; };
  EXPECT_TRUE(search_neutral(kRoot, nothing, options).root.values.empty());
}

TEST(NeutralitySearch, NeedsARootThatTrains) {
  Landscape land({});
  EXPECT_THROW(search_neutral(kRoot, land.evaluator(), {}), std::invalid_argument);
}

TEST(NodeFitness, RoundsValuesAsThePublishedFilesDo) {
  EXPECT_DOUBLE_EQ(node_fitness({0.984, 0.986}, Scores::kPrinted), 0.985);
  EXPECT_DOUBLE_EQ(node_fitness({0.984, 0.987}, Scores::kCorrected), 0.9855);
  // The same values in another order, whose sums differ in the last bit.
  const std::vector<double> one{0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.11};
  const std::vector<double> other{0.11, 0.9, 0.1, 0.3, 0.2, 0.8, 0.4, 0.7, 0.5, 0.6};
  EXPECT_EQ(node_fitness(one, Scores::kPrinted), node_fitness(other, Scores::kPrinted));
}

TEST(NodeKind, ComparesWithTheFix) {
  const std::vector<double> fix{0.80, 0.81, 0.79, 0.80, 0.82, 0.80, 0.79, 0.81, 0.80, 0.80};
  NeutralityNode node;
  EXPECT_EQ(kind_of_node(node, fix, true), NodeKind::kFaulty);
  node.parent = 0;
  node.values = fix;
  EXPECT_EQ(kind_of_node(node, fix, true), NodeKind::kNeutral);
  node.is_truth = true;
  EXPECT_EQ(kind_of_node(node, fix, true), NodeKind::kTruth);
  for (double& value : node.values) value += 0.05;
  EXPECT_EQ(kind_of_node(node, fix, true), NodeKind::kBetter);
  EXPECT_EQ(kind_of_node(node, fix, false), NodeKind::kTruth);
  // Two constant lists: equal ones are on a par, a better one beats the fix.
  const std::vector<double> constant(10, 0.99);
  node.values = constant;
  EXPECT_EQ(kind_of_node(node, constant, true), NodeKind::kTruth);
  EXPECT_EQ(kind_of_node(node, std::vector<double>(10, 0.98), true), NodeKind::kBetter);
  EXPECT_EQ(to_string(NodeKind::kNeutral), "neutral");
}

TEST(GraphTable, HasTheLayoutOfTheStudysFiles) {
  NeutralityGraph graph;
  graph.root.config = {{"lr", 0.5}, {"act1", "relu"}, {"ki1", nullptr}};
  graph.root.values = {0.5, 0.614};
  NeutralityNode node;
  node.id = 7;
  node.parent = 0;
  node.config = {{"lr", 5.0}, {"act1", "relu"}, {"ki1", nullptr}};
  node.values = {0.7, 0.8};
  node.is_truth = true;
  graph.nodes.push_back(node);
  EXPECT_EQ(graph_table(graph),
            "parent_node_id\tcurrent_node_id\tparent_accs\tcurrent_node_accs\t"
            "parent_node_param_string\tcurrent_node_param_string\tis_gt\n"
            "0\t7\t[0.50, 0.61]\t[0.70, 0.80]\tact1=relu,ki1=None,lr=0.5\t"
            "act1=relu,ki1=None,lr=5.0\tTrue\n");
}

}  // namespace
}  // namespace dlfix::eval
