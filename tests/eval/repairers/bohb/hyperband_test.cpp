#include "eval/repairers/bohb/hyperband.h"

#include <gtest/gtest.h>

#include <limits>
#include <map>

#include "eval/repairers/bohb/optimizer.h"

namespace dlfix::eval::bohb {
namespace {

using Rungs = std::vector<std::vector<Rung>>;

Rungs all_brackets(double max, double eta, BracketSize size = BracketSize::kCode) {
  const HyperbandOptions options{eta, 1, max, size};
  Rungs rungs;
  for (std::size_t i = 0; i < static_cast<std::size_t>(rung_count(options)); ++i) {
    rungs.push_back(bracket(options, i));
  }
  return rungs;
}

void expect_brackets(const Rungs& actual, const Rungs& expected) {
  ASSERT_EQ(actual.size(), expected.size());
  for (std::size_t i = 0; i < actual.size(); ++i) {
    ASSERT_EQ(actual[i].size(), expected[i].size()) << i;
    for (std::size_t r = 0; r < actual[i].size(); ++r) {
      EXPECT_EQ(actual[i][r].configs, expected[i][r].configs) << i << " " << r;
      EXPECT_NEAR(actual[i][r].budget, expected[i][r].budget, 1e-9) << i << " " << r;
    }
  }
}

TEST(Hyperband, BracketsAsPublished) {
  expect_brackets(all_brackets(1, 3), {{{1, 1}}});
  expect_brackets(all_brackets(9, 3), {{{1, 9}, {3, 3}, {9, 1}}, {{3, 3}, {9, 1}}, {{9, 3}}});
  const double small = 10.0 / 9;
  expect_brackets(all_brackets(10, 3),
                  {{{small, 9}, {small * 3, 3}, {10, 1}}, {{small * 3, 3}, {10, 1}}, {{10, 3}}});
  expect_brackets(all_brackets(81, 3), {{{1, 81}, {3, 27}, {9, 9}, {27, 3}, {81, 1}},
                                        {{3, 27}, {9, 9}, {27, 3}, {81, 1}},
                                        {{9, 9}, {27, 3}, {81, 1}},
                                        {{27, 6}, {81, 2}},
                                        {{81, 5}}});
  expect_brackets(all_brackets(64, 4), {{{1, 64}, {4, 16}, {16, 4}, {64, 1}},
                                        {{4, 16}, {16, 4}, {64, 1}},
                                        {{16, 8}, {64, 2}},
                                        {{64, 4}}});
}

TEST(Hyperband, FirstRungsOfThePaper) {
  std::vector<std::size_t> first;
  for (const auto& rungs : all_brackets(81, 3, BracketSize::kPaper)) {
    first.push_back(rungs.front().configs);
  }
  EXPECT_EQ(first, (std::vector<std::size_t>{81, 34, 15, 8, 5}));
}

TEST(Hyperband, RungsAtPowersOfEta) {
  EXPECT_EQ(rung_count({3, 1, 243}), 6);  // a quotient of logarithms gives 5
  EXPECT_EQ(rung_count({3, 1.0 / 9, 1}), 3);
  EXPECT_EQ(rung_count({3, 1, 242}), 5);
}

TEST(Hyperband, CostOfOneRound) {
  double cost = 0;
  for (const auto& rungs : all_brackets(81, 3)) {
    for (const Rung& rung : rungs) cost += rung.budget * static_cast<double>(rung.configs);
  }
  EXPECT_NEAR(cost, 405 + 324 + 243 + 324 + 405, 1e-6);
}

TEST(Hyperband, CrashedConfigsDoNotAdvance) {
  const double crash = std::numeric_limits<double>::infinity();
  const std::vector<double> losses{3, crash, 1, std::nan(""), 2, 1};
  EXPECT_EQ(promoted(losses, 3), (std::vector<std::size_t>{2, 5, 4}));
  EXPECT_EQ(promoted(losses, 6).size(), 4U);
}

OptimizerOptions nine(std::uint64_t seed) {
  OptimizerOptions options;
  options.hyperband = {3, 1, 9};
  options.seed = seed;
  return options;
}

TEST(BohbOptimizer, TheBestOfARungAdvances) {
  Optimizer optimizer({{}, {}}, nine(1));
  std::vector<Point> promoted_points;
  std::vector<double> losses;
  for (int i = 0; i < 13; ++i) {  // the first bracket: 9, 3, 1
    const auto asked = optimizer.ask(1);
    ASSERT_EQ(asked.size(), 1U);
    const double loss = asked[0].point[0] + asked[0].point[1];
    if (i < 9) losses.push_back(loss);
    if (i == 9 || i == 12) {
      EXPECT_EQ(loss, *std::min_element(losses.begin(), losses.end())) << i;
    }
    EXPECT_NEAR(asked[0].budget, i < 9 ? 1 : i < 12 ? 3 : 9, 1e-9);
    optimizer.tell(asked[0], loss);
  }
  EXPECT_EQ(optimizer.proposed(), 9U);
}

TEST(BohbOptimizer, AFailedRungIsFilledWithNewProposals) {
  Optimizer optimizer({{}, {}}, nine(2));
  std::vector<Point> seen;
  for (int i = 0; i < 12; ++i) {
    const auto asked = optimizer.ask(1);
    for (const Point& point : seen) EXPECT_NE(point, asked.at(0).point);
    seen.push_back(asked[0].point);
    optimizer.tell(asked[0], std::nan(""));
  }
  EXPECT_EQ(optimizer.proposed(), 12U);
  EXPECT_NEAR(optimizer.ask(1).at(0).budget, 9, 1e-9);
}

TEST(BohbOptimizer, ARungIsNotLeftBeforeAllIsTold) {
  Optimizer optimizer({{}, {}}, nine(3));
  const auto asked = optimizer.ask(100);
  EXPECT_EQ(asked.size(), 9U);
  EXPECT_TRUE(optimizer.ask(100).empty());
  EXPECT_FALSE(optimizer.exhausted());
  for (const Evaluation& evaluation : asked) optimizer.tell(evaluation, evaluation.point[0]);
  EXPECT_EQ(optimizer.ask(100).size(), 3U);
}

TEST(BohbOptimizer, EndsWhereNothingIsAdmitted) {
  Optimizer optimizer({{}, {}}, nine(4),
                      [](const Point&, double) { return std::optional<Point>(); });
  EXPECT_TRUE(optimizer.ask(3).empty());
  EXPECT_TRUE(optimizer.exhausted());
}

}  // namespace
}  // namespace dlfix::eval::bohb
