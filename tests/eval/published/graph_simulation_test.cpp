#include "eval/published/graph_simulation.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <filesystem>
#include <set>

#include "tests/study_data.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

class GraphData : public ::testing::Test {
 protected:
  void SetUp() override {
    const auto path = tests::study_data() / "benchmark";
    if (!std::filesystem::exists(path / "alternative_gt.jsonl.gz"))
      GTEST_SKIP() << path << " is not there: set DLFIX_SHARED";
    folder_.emplace(path.string());
  }
  NeutralityGraph simulate(const std::string& id) const {
    return simulate_graph(folder_->fault(id), folder_->graphs().at(id));
  }
  std::optional<StudyFolder> folder_;
};

TEST_F(GraphData, EveryPublishedGraphComesOutWithItsNumbersOrderAndEdges) {
  int graphs = 0, edges = 0;
  for (const auto& [id, nodes] : folder_->graphs()) {
    const NeutralityGraph graph = simulate(id);
    EXPECT_TRUE(same_graph(graph, nodes)) << id;
    edges += static_cast<int>(graph.nodes.size());
    ++graphs;
  }
  EXPECT_EQ(graphs, 22);
  EXPECT_EQ(edges, 1539);
}

TEST_F(GraphData, WorkedNumbersOfTwoSubjects) {
  const NeutralityGraph d1 = simulate("D1");
  const auto node = [](const NeutralityGraph& graph, int id) -> const NeutralityNode* {
    for (const auto& one : graph.nodes) {
      if (one.id == id) return &one;
    }
    return nullptr;
  };
  ASSERT_NE(node(d1, 25), nullptr);
  EXPECT_EQ(node(d1, 25)->parent, 0);
  EXPECT_NEAR(d1.root.fitness, 0.52, 1e-12);
  EXPECT_EQ(node(d1, 25)->fitness, 1.0);
  EXPECT_EQ(d1.generated, 150);  // the search ends with an empty queue
  EXPECT_TRUE(d1.exhausted);
  const NeutralityGraph d4 = simulate("D4");
  std::vector<int> followed;
  for (const auto& one : d4.nodes) {
    if (one.parent == 0) followed.push_back(one.id);
  }
  EXPECT_THAT(followed, ::testing::ElementsAre(20, 18, 14, 16, 41));
  const auto first = std::ranges::find(d4.nodes, true, &NeutralityNode::is_truth);
  ASSERT_NE(first, d4.nodes.end());
  EXPECT_EQ(first->id, 102);
  EXPECT_EQ(first->parent, 18);
  const NeutralityGraph m2 = simulate("M2");
  for (const auto& one : m2.nodes) {
    EXPECT_EQ(one.parent == 0, one.id <= 64) << one.id;
    if (one.parent == 13) {
      EXPECT_EQ(one.config[4].second, "he_normal") << one.config[4].first;
    }
  }
}

TEST_F(GraphData, GraphsAreTrees) {
  for (const auto& [id, nodes] : folder_->graphs()) {
    const NeutralityGraph graph = simulate(id);
    const bool higher = folder_->fault(id).higher_is_better;
    std::map<int, double> fitness{{0, graph.root.fitness}};
    std::map<int, int> improving;
    std::set<int> ids{0};
    for (const auto& one : graph.nodes) fitness[one.id] = one.fitness;
    for (const auto& one : graph.nodes) {
      EXPECT_TRUE(ids.insert(one.id).second) << id;
      const double parent = fitness.at(one.parent);
      if (higher ? one.fitness > parent : one.fitness < parent) {
        EXPECT_LE(++improving[one.parent], 5) << id << " node " << one.parent;
      } else {
        EXPECT_TRUE(one.is_truth) << id << " node " << one.id;
      }
    }
  }
}

TEST_F(GraphData, AnotherGraphIsNotTheSame) {
  auto nodes = folder_->graphs().at("D4");
  const NeutralityGraph graph = simulate("D4");
  std::swap(nodes[1], nodes[2]);
  EXPECT_FALSE(same_graph(graph, nodes));
  nodes.erase(nodes.begin());
  EXPECT_THROW(simulate_graph(folder_->fault("D4"), nodes), support::InputError);
}

}  // namespace
}  // namespace dlfix::eval
