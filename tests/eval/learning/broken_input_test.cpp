// Tables and documents that nothing can be learnt from, and those at the edge.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <nlohmann/json.hpp>

#include "eval/learning/min_max_scaler.h"
#include "eval/learning/nearest_neighbours.h"
#include "eval/learning/random_forest.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;
using support::InputError;
using ::testing::HasSubstr;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

LabelledRows small() {
  return {{{0, 5}, {1, 5}, {2, 5}, {3, 5}, {4, 5}, {5, 5}}, {{7}, {7}, {7}, {9}, {9}, {9}}};
}

template <class Call>
std::string message_of(Call call) {
  try {
    call();
  } catch (const InputError& error) {
    return error.what();
  }
  return "no error";
}

void expect_refused(const LabelledRows& rows, const std::string& words) {
  EXPECT_THAT(message_of([&] { NearestNeighbours::fit(rows, 1); }), HasSubstr(words));
  EXPECT_THAT(message_of([&] { DecisionTree::fit(rows); }), HasSubstr(words));
  EXPECT_THAT(message_of([&] { RandomForest::fit(rows); }), HasSubstr(words));
}

TEST(BrokenTables, AreRefusedWithThePlace) {
  LabelledRows rows = small();
  rows.features[4][1] = kNan;
  expect_refused(rows, "row 4, feature 1 is nan");
  rows = small();
  rows.features[2] = {1};
  expect_refused(rows, "row 2 has 1 features where 2 are needed");
  rows = small();
  rows.labels.pop_back();
  expect_refused(rows, "6 rows of features and 5 of labels");
  rows = small();
  rows.labels[5] = {1, 2};
  expect_refused(rows, "row 5 has 2 labels where 1 are needed");
  expect_refused({}, "no row");
  expect_refused({{{}}, {{1}}}, "no features");
  expect_refused({{{1}}, {{}}}, "no labels");
}

TEST(BrokenTables, OptionsThatCannotBe) {
  EXPECT_THROW(NearestNeighbours::fit(small(), 0), InputError);
  EXPECT_THAT(message_of([] { NearestNeighbours::fit(small(), 7); }),
              HasSubstr("7 neighbours are asked for where there are 6 rows"));
  EXPECT_THROW(DecisionTree::fit(small(), {.max_depth = 0}), InputError);
  EXPECT_THROW(DecisionTree::fit(small(), {.min_leaf = 0}), InputError);
  EXPECT_THROW(RandomForest::fit(small(), {.trees = 0}), InputError);
  EXPECT_THROW(DecisionTree::fit(small(), {1, 1}, {}), InputError);
  EXPECT_THROW(DecisionTree::fit(small(), {0, 0, 0, 0, 0, 0}, {}), InputError);
  LabelledRows far = small();
  far.features[1][0] = 1e200;
  EXPECT_THROW(DecisionTree::fit(far), InputError);
  EXPECT_NO_THROW(NearestNeighbours::fit(far, 1));
}

TEST(EdgeTables, AQueryIsCheckedAsRowsAre) {
  const auto tree = DecisionTree::fit(small());
  EXPECT_EQ(tree.predict({1e200, 0}), LabelRow{9});
  EXPECT_THROW(tree.predict({1}), InputError);
  EXPECT_THROW(tree.predict({1, kNan}), InputError);
  EXPECT_THROW(NearestNeighbours::fit(small()).predict({1, 2, 3}), InputError);
  EXPECT_THROW(RandomForest::fit(small()).predict({kNan, 2}), InputError);
}

TEST(EdgeTables, OneClassIsWhatIsPredicted) {
  LabelledRows rows = small();
  for (LabelRow& labels : rows.labels) labels = {3};
  EXPECT_EQ(NearestNeighbours::fit(rows).predict({9, 9}), LabelRow{3});
  const auto tree = DecisionTree::fit(rows);
  EXPECT_EQ(tree.nodes(), 1U);
  EXPECT_EQ(tree.predict_proba({9, 9}), (ClassShares{{1}}));
  EXPECT_EQ(RandomForest::fit(rows).predict({9, 9}), LabelRow{3});
}

TEST(EdgeTables, ConstantFeaturesSplitNothing) {
  LabelledRows rows = small();
  for (FeatureRow& row : rows.features) row = {2, 5};
  const auto tree = DecisionTree::fit(rows);
  EXPECT_EQ(tree.nodes(), 1U);
  EXPECT_EQ(tree.predict({2, 5}), LabelRow{7});  // equal shares: the smallest label
  EXPECT_EQ(tree.predict_proba({2, 5}), (ClassShares{{0.5, 0.5}}));
  EXPECT_EQ(NearestNeighbours::fit(rows, 2).predict({2, 5}), LabelRow{7});  // the first rows
}

TEST(EdgeTables, OneRow) {
  const LabelledRows one{{{4}}, {{1, 0}}};
  EXPECT_EQ(NearestNeighbours::fit(one, 1).predict({0}), (LabelRow{1, 0}));
  EXPECT_EQ(DecisionTree::fit(one).predict({0}), (LabelRow{1, 0}));
  EXPECT_EQ(RandomForest::fit(one).predict({0}), (LabelRow{1, 0}));
}

TEST(EdgeTables, SeedsAreAllThatDraws) {
  const auto document = [](std::uint32_t seed) {
    return RandomForest::fit(small(), {.trees = 8, .seed = seed}).to_json();
  };
  EXPECT_EQ(document(3), document(3));
  EXPECT_NE(document(3), document(4));
}

TEST(EdgeTables, ScalingKeepsConstantsAtZeroAndGoesBeyondTheLimits) {
  const auto scaler = MinMaxScaler::fit({{0, 5}, {4, 5}});
  EXPECT_EQ(scaler.scaled({8, 6}), (FeatureRow{2, 0}));
  EXPECT_EQ(MinMaxScaler::fit({{-1e308}, {1e308}}).scaled({0}), FeatureRow{0.5});
  EXPECT_THROW(MinMaxScaler::fit({}), InputError);
  EXPECT_THROW(MinMaxScaler::fit({{1}, {kNan}}), InputError);
  EXPECT_THROW(scaler.scaled({1}), InputError);
  EXPECT_EQ(without_undefined({1, kNan, INFINITY}), (FeatureRow{1, 0, 0}));
}

/// Every document that differs from a good one in one place is refused, not believed.
template <class Model>
void expect_documents_refused(const json& good,
                              const std::vector<std::pair<std::string, json>>& bad) {
  ASSERT_NO_THROW(Model::from_json(good));
  for (const auto& [pointer, value] : bad) {
    json document = good;
    document[json::json_pointer(pointer)] = value;
    EXPECT_THROW(Model::from_json(document), InputError) << pointer << " " << value;
  }
  for (const auto& [name, value] : good.items()) {
    json document = good;
    document.erase(name);
    EXPECT_THROW(Model::from_json(document), InputError) << "without " << name;
  }
  EXPECT_THROW(Model::from_json(json::array()), InputError);
  EXPECT_THROW(Model::from_json(json()), InputError);
}

TEST(CorruptModels, Trees) {
  const json good = DecisionTree::fit(small()).to_json();
  ASSERT_EQ(good["nodes"].size(), 3U);
  expect_documents_refused<DecisionTree>(good,
                                         {{"/version", 2},
                                          {"/kind", "random_forest"},
                                          {"/features", "two"},
                                          {"/features", 0},
                                          {"/classes", json::array()},
                                          {"/classes", json::parse("[[9, 7]]")},
                                          {"/classes", json::parse("[[7, 8, 9]]")},
                                          {"/nodes", json::array()},
                                          {"/nodes/0", json::parse("[2, 2.5, 2]")},
                                          {"/nodes/0", json::parse("[0, 2.5, 3]")},
                                          {"/nodes/0", json::parse("[0, 2.5, 1]")},
                                          {"/nodes/0", json::parse("[0, 2.5, 0]")},
                                          {"/nodes/0", json::parse("[0, \"x\", 2]")},
                                          {"/nodes/0", json::parse("[-1, 2.5, 2]")},
                                          {"/nodes/1", json::parse("[0, 1, 2]")},
                                          {"/nodes/1", json::parse("{\"leaf\": [[1]]}")},
                                          {"/nodes/1", json::parse("{\"leaf\": [[0, 0]]}")},
                                          {"/nodes/1", json::parse("{\"leaf\": [[-1, 2]]}")},
                                          {"/nodes/1", json::parse("{\"leaf\": [[null, 2]]}")},
                                          {"/nodes/1", json::object()},
                                          {"/nodes/0", json::parse("{\"leaf\": [[1, 1]]}")}});
}

TEST(CorruptModels, Forests) {
  const json good = RandomForest::fit(small(), {.trees = 2}).to_json();
  LabelledRows other = small();
  for (FeatureRow& row : other.features) row.push_back(1);
  expect_documents_refused<RandomForest>(good, {{"/trees", json::array()},
                                                {"/trees", 4},
                                                {"/trees/1", json::object()},
                                                {"/trees/1", DecisionTree::fit(other).to_json()}});
}

TEST(CorruptModels, Neighbours) {
  expect_documents_refused<NearestNeighbours>(NearestNeighbours::fit(small()).to_json(),
                                              {{"/k", 0},
                                               {"/k", 7},
                                               {"/k", "five"},
                                               {"/rows/1", json::parse("[1]")},
                                               {"/rows/1/0", nullptr},
                                               {"/labels/2", json::parse("[1, 2]")}});
}

TEST(CorruptModels, Scalers) {
  expect_documents_refused<MinMaxScaler>(
      MinMaxScaler::fit({{0, 5}, {4, 5}}).to_json(),
      {{"/min", json::array()}, {"/min/0", 9}, {"/max", json::parse("[1]")}, {"/max/1", "x"}});
}

}  // namespace
}  // namespace dlfix::eval
