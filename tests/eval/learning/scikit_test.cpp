// Classifiers, measures and folds against scikit-learn 1.2 (make_fixtures.py).
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "eval/learning/balanced_accuracy.h"
#include "eval/learning/folds.h"
#include "eval/learning/min_max_scaler.h"
#include "eval/learning/nearest_neighbours.h"
#include "eval/learning/random_forest.h"
#include "eval/learning/scikit_random.h"

namespace dlfix::eval {
namespace {

using nlohmann::json;

const json& fixtures() {
  static const json document =
      json::parse(std::ifstream(DLFIX_SOURCE_DIR "/tests/eval/learning/sklearn_fixtures.json"));
  return document;
}

/// Labels of one output come as numbers, of several as lists.
LabelRow label_row(const json& labels) {
  return labels.is_array() ? labels.get<LabelRow>() : LabelRow{labels.get<int>()};
}

LabelledRows rows_of(const json& part) {
  LabelledRows rows;
  rows.features = part["x"].get<std::vector<FeatureRow>>();
  for (const json& labels : part["y"]) rows.labels.push_back(label_row(labels));
  return rows;
}

TreeOptions tree_options(const json& given) {
  TreeOptions options;
  if (given.contains("max_depth")) options.max_depth = given["max_depth"].get<int>();
  options.min_leaf = given.value("min_samples_leaf", 1);
  options.min_split = given.value("min_samples_split", 2);
  options.features_per_split = given.value("max_features", 0);
  options.seed = given["random_state"].get<std::uint32_t>();
  return options;
}

ForestOptions forest_options(const json& given) {
  ForestOptions options;
  options.tree = tree_options(given);
  options.trees = given["n_estimators"].get<std::size_t>();
  options.bootstrap = given.value("bootstrap", true);
  options.seed = given["random_state"].get<std::uint32_t>();
  return options;
}

class ScikitLearn : public ::testing::TestWithParam<int> {
 protected:
  const json& data_ = fixtures()["data"][static_cast<std::size_t>(GetParam())];
  LabelledRows train_ = rows_of(data_["train"]);
  LabelledRows test_ = rows_of(data_["test"]);
};

std::string data_name(const ::testing::TestParamInfo<int>& info) {
  return fixtures()["data"][static_cast<std::size_t>(info.param)]["name"].get<std::string>();
}

INSTANTIATE_TEST_SUITE_P(Data, ScikitLearn, ::testing::Range(0, 5), data_name);

TEST_P(ScikitLearn, NeighboursPredictTheSame) {
  for (const json& expected : data_["neighbours"]) {
    const auto model = NearestNeighbours::fit(train_, expected["k"].get<std::size_t>());
    const auto copy = NearestNeighbours::from_json(json::parse(model.to_json().dump()));
    ASSERT_GE(expected["queries"].size(), test_.features.size() * 3 / 4);
    for (std::size_t i = 0; i < expected["queries"].size(); ++i) {
      const FeatureRow& query = test_.features[expected["queries"][i].get<std::size_t>()];
      EXPECT_EQ(model.predict(query), label_row(expected["predicted"][i])) << model.k() << " " << i;
      EXPECT_EQ(copy.predict_proba(query), model.predict_proba(query));
    }
  }
}

TEST_P(ScikitLearn, TreesAreTheSameNodeByNode) {
  for (const json& expected : data_["trees"]) {
    SCOPED_TRACE(expected["options"].dump());
    const auto tree = DecisionTree::fit(train_, tree_options(expected["options"]));
    ASSERT_EQ(tree.nodes(), expected["nodes"].get<std::size_t>());
    EXPECT_EQ(tree.depth(), expected["depth"].get<int>());
    const json document = json::parse(tree.to_json().dump());
    for (std::size_t node = 0; node < tree.nodes(); ++node) {
      const json& stored = document["nodes"][node];
      const bool is_leaf = expected["features"][node] < 0;
      ASSERT_EQ(stored.is_object(), is_leaf) << node;
      if (is_leaf) continue;
      EXPECT_EQ(stored[0], expected["features"][node]) << node;
      EXPECT_EQ(stored[1], expected["thresholds"][node]) << node;
    }
    const auto copy = DecisionTree::from_json(document);
    for (std::size_t i = 0; i < test_.features.size(); ++i) {
      EXPECT_EQ(tree.predict(test_.features[i]), label_row(expected["predicted"][i])) << i;
      EXPECT_EQ(copy.predict_proba(test_.features[i]), tree.predict_proba(test_.features[i]));
    }
  }
}

TEST_P(ScikitLearn, ForestsAreTheSame) {
  for (const json& expected : data_["forests"]) {
    SCOPED_TRACE(expected["options"].dump());
    const auto forest = RandomForest::fit(train_, forest_options(expected["options"]));
    for (std::size_t i = 0; i < forest.trees().size(); ++i) {
      EXPECT_EQ(forest.trees()[i].nodes(), expected["nodes"][i].get<std::size_t>()) << i;
    }
    const auto copy = RandomForest::from_json(json::parse(forest.to_json().dump()));
    for (std::size_t i = 0; i < test_.features.size(); ++i) {
      EXPECT_EQ(forest.predict(test_.features[i]), label_row(expected["predicted"][i])) << i;
      const ClassShares shares = forest.predict_proba(test_.features[i]);
      for (std::size_t output = 0; output < shares.size(); ++output) {
        EXPECT_NEAR(shares[output][0], expected["first_shares"][output][i].get<double>(), 1e-12);
      }
      EXPECT_EQ(copy.predict_proba(test_.features[i]), shares);
    }
  }
}

TEST(ScikitStreams, BoundedDraws) {
  for (const json& stream : fixtures()["streams"]) {
    NumpyRandom random(stream["seed"].get<std::uint32_t>());
    for (const json& drawn : stream["drawn"]) {
      EXPECT_EQ(random.below(stream["bound"].get<std::uint32_t>()), drawn.get<std::uint32_t>());
    }
  }
}

TEST(ScikitMeasures, BalancedAccuracy) {
  for (const json& item : fixtures()["balanced_accuracy"]) {
    const auto truth = item["truth"].get<std::vector<int>>();
    const auto said = item["said"].get<std::vector<int>>();
    EXPECT_NEAR(balanced_accuracy(truth, said), item["value"].get<double>(), 1e-12);
  }
}

TEST(ScikitMeasures, GroupFolds) {
  for (const json& item : fixtures()["group_folds"]) {
    EXPECT_EQ(group_folds(item["groups"].get<std::vector<std::string>>(), item["folds"].get<int>()),
              item["fold"].get<FoldOfItem>());
  }
}

TEST(ScikitMeasures, Scaling) {
  const json& item = fixtures()["scaling"];
  const auto scaler = MinMaxScaler::fit(item["rows"].get<std::vector<FeatureRow>>());
  const auto copy = MinMaxScaler::from_json(json::parse(scaler.to_json().dump()));
  for (std::size_t i = 0; i < item["more"].size(); ++i) {
    const auto row = item["more"][i].get<FeatureRow>();
    const auto expected = item["scaled"][i].get<FeatureRow>();
    for (std::size_t k = 0; k < row.size(); ++k) {
      EXPECT_NEAR(scaler.scaled(row)[k], expected[k], 1e-12);
    }
    EXPECT_EQ(copy.scaled(row), scaler.scaled(row));
  }
}

}  // namespace
}  // namespace dlfix::eval
