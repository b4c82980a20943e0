#include "eval/truths/neutrality_result.h"

#include <gmock/gmock.h>

#include <cmath>

#include "eval/truths/graph_pictures.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

NeutralityNode node(int id, int parent, OrderedConfig config, double value, bool truth) {
  NeutralityNode made;
  made.id = id;
  made.parent = parent;
  made.config = std::move(config);
  made.values = std::vector<double>(4, value);
  made.fitness = value;
  made.is_truth = truth;
  return made;
}

/// 0 -> 1 (lr) -> 3 (act1, an alternative), and 2, an alternative behind the best.
NeutralityResult small_result() {
  NeutralityResult result;
  result.program = "model.py";
  result.metric = "accuracy";
  result.seeds = 4;
  result.fix = {"fixed.py", {{"lr", 0.01}, {"act1", "relu"}}, {0.8, 0.8, 0.8, 0.8}, {}};
  NeutralityGraph& graph = result.graph;
  graph.root = node(0, -1, {{"lr", 1.0}, {"act1", nullptr}}, 0.4, false);
  graph.nodes = {node(1, 0, {{"lr", 0.1}, {"act1", nullptr}}, 0.6, false),
                 node(3, 1, {{"lr", 0.1}, {"act1", "<relu>"}}, 0.9, true)};
  graph.dropped_truths = {node(2, 0, {{"lr", 10.0}, {"act1", nullptr}}, 0.8, true)};
  graph.generated = 7;
  graph.expanded = 2;
  graph.exhausted = true;
  result.fault_types[3] = parse_fault_labels("HLR, AAL(0)");
  result.stopped_because = "no nodes left";
  return result;
}

TEST(NeutralityResult, CountsAlternativesAndTheirDistance) {
  const NeutralityResult result = small_result();
  const auto alternatives = alternatives_of(result);
  ASSERT_EQ(alternatives.size(), 2U);
  EXPECT_EQ(alternatives[0]->id, 2);
  EXPECT_EQ(alternatives[1]->id, 3);
  EXPECT_NEAR(mean_improvement(result), 0.05, 1e-12);
  EXPECT_DOUBLE_EQ(mean_complexity(result), 2.0);  // both differ from the fix in lr and act1
  EXPECT_EQ(changes_of(result, result.graph.nodes[1]).size(), 2U);
  EXPECT_TRUE(changes_of(result, result.graph.root).empty());
  NeutralityResult lower = result;
  lower.higher_is_better = false;
  EXPECT_NEAR(mean_improvement(lower), -0.05, 1e-12);
  lower.graph.nodes.clear();
  lower.graph.dropped_truths.clear();
  EXPECT_TRUE(std::isnan(mean_improvement(lower)));
  EXPECT_TRUE(std::isnan(mean_complexity(lower)));
}

TEST(NeutralityResult, FinalRowsConfirmOrRefute) {
  NeutralityResult result = small_result();
  EXPECT_EQ(is_confirmed(result, 3), std::nullopt);
  result.fix.final_values = {0.7, 0.7};
  result.final_values = {{2, {0.6, 0.7}}, {3, {0.7, 0.7}}};
  EXPECT_EQ(is_confirmed(result, 2), false);
  EXPECT_EQ(is_confirmed(result, 3), true);
  result.higher_is_better = false;
  EXPECT_EQ(is_confirmed(result, 2), true);
}

TEST(NeutralityResult, IsReadBackAsGroundTruths) {
  NeutralityResult result = small_result();
  const auto document = nlohmann::json::parse(to_json(result).dump());
  EXPECT_TRUE(is_neutrality_document(document));
  EXPECT_EQ(document["alternatives"], 2);
  EXPECT_EQ(document["confirmed"], nullptr);
  EXPECT_THAT(document["hyperparameters"], ElementsAre("lr", "act1"));
  auto truths = read_found_truths(document, "x.json");
  ASSERT_EQ(truths.size(), 2U);
  EXPECT_EQ(truths[0].name, "node 3");
  EXPECT_EQ(truths[0].changes.at("act1"), "<relu>");
  EXPECT_EQ(to_string(truths[0].fault_types), "HLR, AAL(0)");
  EXPECT_THAT(truths[0].values, ElementsAre(0.9, 0.9, 0.9, 0.9));

  result.fix.final_values = {0.7};
  result.final_values = {{2, {0.6}}, {3, {0.75}}};
  truths = read_found_truths(nlohmann::json::parse(to_json(result).dump()), "x.json");
  ASSERT_EQ(truths.size(), 1U);  // node 2 is refuted
  EXPECT_THAT(truths[0].values, ElementsAre(0.75));
}

TEST(NeutralityResult, IsReadBackWhole) {
  NeutralityResult result = small_result();
  result.fix.final_values = {0.7};
  result.final_values = {{2, {0.6}}, {3, {0.75}}};
  const auto document = nlohmann::json::parse(to_json(result).dump());
  const NeutralityResult again = read_neutrality(document, "x.json");
  EXPECT_EQ(nlohmann::json::parse(to_json(again).dump()), document);
  EXPECT_EQ(to_svg(again), to_svg(result));
}

TEST(NeutralityResult, EdgesThatLeadNowhereAreRefused) {
  const auto document = nlohmann::json::parse(to_json(small_result()).dump());
  for (const auto& [id, parent] : {std::pair(3, 9), {3, 3}, {0, 1}}) {
    auto broken = document;
    broken["nodes"][1]["id"] = id;
    broken["nodes"][1]["parent"] = parent;
    EXPECT_THROW(read_neutrality(broken, "x.json"), support::InputError) << id << " " << parent;
  }
  auto broken = document;
  broken["fix"].erase("values");
  EXPECT_THROW(read_neutrality(broken, "x.json"), support::InputError);
}

TEST(NeutralityResult, ABrokenDocumentIsNamed) {
  EXPECT_FALSE(is_neutrality_document({{"lr", 0.1}}));
  EXPECT_FALSE(is_neutrality_document({{"document", 3}}));
  for (const nlohmann::json& broken :
       {nlohmann::json{{"version", 2}}, nlohmann::json{{"version", 1}},
        nlohmann::json{{"version", 1}, {"nodes", {{{"id", 1}}}}, {"dropped", nullptr}}}) {
    try {
      read_found_truths(broken, "x.json");
      FAIL() << broken;
    } catch (const support::InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr("x.json"));
    }
  }
}

TEST(GraphPictures, DotHasEveryNodeEdgeAndTheFix) {
  const std::string dot = to_dot(small_result());
  EXPECT_THAT(dot, HasSubstr("fix [label=\"fixed.py"));
  EXPECT_THAT(dot, HasSubstr("n0 -> n1 [label=\"lr=0.1\"]"));
  EXPECT_THAT(dot, HasSubstr("n1 -> n3 [label=\"act1=<relu>\"]"));
  EXPECT_THAT(dot, HasSubstr("n3 [label=\"3\\n0.9000\", fillcolor=\"#1f77b4\"]"));  // beats it
}

TEST(GraphPictures, SvgIsEscapedAndTellsConfigs) {
  const std::string svg = to_svg(small_result());
  EXPECT_THAT(svg, HasSubstr("act1=&lt;relu&gt;"));
  EXPECT_THAT(svg, Not(HasSubstr("<relu>")));
  EXPECT_THAT(svg, HasSubstr("known fix fixed.py: accuracy 0.8000"));
  EXPECT_THAT(svg, HasSubstr("<title>3: better than the fix"));
  NeutralityResult lone = small_result();
  lone.graph.nodes.clear();
  EXPECT_THAT(to_svg(lone), HasSubstr("as written (0.400)"));
}

}  // namespace
}  // namespace dlfix::eval
