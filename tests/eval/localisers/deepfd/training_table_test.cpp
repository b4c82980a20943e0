// The training table and the model that is made of it.
#include "eval/localisers/deepfd/training_table.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <nlohmann/json.hpp>

#include "eval/localisers/deepfd/deepfd_model.h"
#include "runs.h"
#include "trainer/support/errors.h"

namespace dlfix::eval::testing {
namespace {

using nlohmann::json;
using support::InputError;

std::map<std::string, int> runs_of(const DeepFdTable& table, const std::vector<RunPlace>& places) {
  std::map<std::string, int> counts;
  for (const RunPlace& place : places) ++counts[table.versions[place.version].version];
  return counts;
}

/// Runs: origin 30, opt 20, lr 12, act 9, loss 40, epoch 15, opt and lr together 25.
DeepFdTable uneven_table() {
  TableMaker maker(2);
  maker.add("p", "origin", {}, {0, 0}, 30);
  maker.add("p", "opt", {1, 0, 0, 0, 0}, {0, 0}, 20);
  maker.add("p", "lr", {0, 1, 0, 0, 0}, {0, 0}, 12);
  maker.add("p", "act", {0, 0, 1, 0, 0}, {0, 0}, 9);
  maker.add("p", "loss", {0, 0, 0, 1, 0}, {0, 0}, 40);
  maker.add("p", "epoch", {0, 0, 0, 0, 1}, {0, 0}, 15);
  maker.add("p", "opt__lr", {1, 1, 0, 0, 0}, {0, 0}, 25);
  return maker.table;
}

TEST(DeepFdTable, BalancedToTheRarestFault) {
  const DeepFdTable table = uneven_table();
  const auto balanced = [&](std::size_t least, std::uint64_t seed = 0) {
    return selected_runs(table, all_runs(table), {.balance_to = least, .seed = seed});
  };
  EXPECT_EQ(runs_of(table, balanced(1)), (std::map<std::string, int>{{"origin", 9},
                                                                     {"opt", 9},
                                                                     {"lr", 9},
                                                                     {"act", 9},
                                                                     {"loss", 9},
                                                                     {"epoch", 9},
                                                                     {"opt__lr", 25}}));
  EXPECT_EQ(runs_of(table, balanced(14)), (std::map<std::string, int>{{"origin", 14},
                                                                      {"opt", 14},
                                                                      {"lr", 12},
                                                                      {"act", 9},
                                                                      {"loss", 14},
                                                                      {"epoch", 14},
                                                                      {"opt__lr", 25}}));
  EXPECT_EQ(balanced(50).size(), 151U);
  EXPECT_EQ(balanced(1, 3), balanced(1, 3));
  EXPECT_NE(balanced(1, 3), balanced(1, 4));
  const auto places = balanced(1);
  EXPECT_TRUE(std::is_sorted(places.begin(), places.end()));
}

TEST(DeepFdTable, StrongMutantsMayBeLeftOut) {
  DeepFdTable table = uneven_table();
  table.versions[4].impact = 0.06;
  table.versions[3].impact = 0.05;
  const auto kept =
      selected_runs(table, all_runs(table), {.largest_impact = 0.05, .balance_to = std::nullopt});
  EXPECT_EQ(kept.size(), 111U);
  EXPECT_FALSE(runs_of(table, kept).contains("loss"));
}

TEST(DeepFdTable, SurvivorsHaveNoFault) {
  const std::vector<double> good{0.9, 0.91, 0.92, 0.9, 0.91};
  const std::vector<double> bad{0.1, 0.2, 0.1, 0.2, 0.1};
  const FaultBits seeded{1, 1, 0, 0, 0};
  const auto label = [&](const auto& mutant) {
    return killed_faults(seeded, good, mutant, MetricDirection::kHigherIsBetter);
  };
  EXPECT_EQ(label(bad), seeded);
  EXPECT_EQ(label(good), FaultBits{});
  EXPECT_EQ(killed_faults(seeded, bad, good, MetricDirection::kHigherIsBetter), FaultBits{});
  // Nothing varies: worse is killed.
  const std::vector<double> high(20, 0.9);
  const std::vector<double> low(20, 0.1);
  EXPECT_EQ(killed_faults(seeded, high, low, MetricDirection::kHigherIsBetter), seeded);
  EXPECT_EQ(killed_faults(seeded, high, low, MetricDirection::kHigherIsBetter, {.published = true}),
            FaultBits{});
}

TEST(DeepFdTable, RoundTripAndTablesThatAreNone) {
  const DeepFdTable table = clear_table(2);
  const json good = json::parse(to_json(table).dump());
  EXPECT_EQ(to_json(table_from_json(good)), good);
  const std::vector<std::pair<std::string, json>> bad = {{"/version", 7},
                                                         {"/features", json::array()},
                                                         {"/versions", json::array()},
                                                         {"/versions/0/runs", json::array()},
                                                         {"/versions/0/runs/0", json::array()},
                                                         {"/versions/0/runs/1/2", nullptr},
                                                         {"/versions/0/program", ""},
                                                         {"/versions/0/faults", {1, 0}},
                                                         {"/versions/0/faults/2", 3},
                                                         {"/versions/1", 5}};
  for (const auto& [pointer, value] : bad) {
    json document = good;
    document[json::json_pointer(pointer)] = value;
    EXPECT_THROW(table_from_json(document), InputError) << pointer;
  }
  json without = good;
  without["versions"][0].erase("impact");
  EXPECT_THROW(table_from_json(without), InputError);
}

TEST(DeepFdModel, TellsFaultsApart) {
  const DeepFdTable table = clear_table(4);
  const auto model = DeepFdModel::fit(table, all_runs(table), {});
  for (const DeepFdVersion& version : table.versions) {
    EXPECT_EQ(voted_faults(model.votes(version.runs), kMajorityOffsets), version.faults);
  }
  EXPECT_LE(model.tree().depth(), 5);
  EXPECT_EQ(model.offsets(), kPublishedOffsets);
  EXPECT_EQ(model.with_offsets(kNoOffsets).offsets(), kNoOffsets);
}

TEST(DeepFdModel, ScaledByTheTrainingRunsOrByTheirOwn) {
  const DeepFdTable table = clear_table(4);
  const auto model = DeepFdModel::fit(table, all_runs(table), {});
  // Identical runs have no limits of their own: they become zeros, that is no fault.
  const std::vector<FeatureRow> same(9, table.versions[1].runs[0]);
  EXPECT_EQ(voted_faults(model.votes(same), kPublishedOffsets), (FaultBits{1, 0, 0, 0, 0}));
  EXPECT_EQ(voted_faults(model.votes(same, true), kPublishedOffsets), FaultBits{});
}

TEST(DeepFdModel, RoundTripAndModelsThatAreNone) {
  const DeepFdTable table = clear_table(2);
  const auto model = DeepFdModel::fit(table, all_runs(table), {});
  const json good = json::parse(model.to_json().dump());
  const auto copy = DeepFdModel::from_json(good);
  EXPECT_EQ(copy.to_json(), good);
  for (const DeepFdVersion& version : table.versions) {
    EXPECT_EQ(copy.votes(version.runs).positives, model.votes(version.runs).positives);
  }
  for (const auto& [name, value] : good.items()) {
    json document = good;
    document.erase(name);
    EXPECT_THROW(DeepFdModel::from_json(document), InputError) << name;
  }
  const std::vector<std::pair<std::string, json>> bad = {
      {"/offsets", {1, 2}},
      {"/offsets/0", "x"},
      {"/features", {"a"}},
      {"/scaler", MinMaxScaler::fit({{1, 2}}).to_json()},
      {"/tree", DecisionTree::fit({{{1, 2}}, {{1}}}).to_json()},
      {"/neighbours/labels/0", {2, 0, 0, 0, 0}}};
  for (const auto& [pointer, value] : bad) {
    json document = good;
    document[json::json_pointer(pointer)] = value;
    EXPECT_THROW(DeepFdModel::from_json(document), InputError) << pointer;
  }
}

TEST(DeepFdModel, WhatCannotBeLearntOrDiagnosed) {
  const DeepFdTable table = clear_table(1);
  EXPECT_THROW(DeepFdModel::fit(table, {{0, 0}, {0, 1}}, {}), InputError);
  EXPECT_THROW(DeepFdModel::fit(table, {}, {}), InputError);
  EXPECT_THROW(DeepFdModel::fit({}, {}, {}), InputError);
  const auto model = DeepFdModel::fit(table, all_runs(table), {});
  EXPECT_THROW(model.votes({}), InputError);
  EXPECT_THROW(model.votes({{1, 2}}), InputError);
  EXPECT_THROW(model.votes({FeatureRow(6, std::nan(""))}), InputError);
  // One version alone: no fault is ever seen.
  const std::vector<RunPlace> origin{{0, 0}, {0, 1}, {0, 2}, {0, 3}, {0, 4}};
  const auto nothing = DeepFdModel::fit(table, origin, {});
  EXPECT_EQ(voted_faults(nothing.votes(table.versions[1].runs), kNoOffsets), FaultBits{});
}

}  // namespace
}  // namespace dlfix::eval::testing
