#include "eval/repairers/bohb/density_model.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "eval/repairers/bohb/imputation.h"
#include "eval/statistics/normal_draw.h"

namespace dlfix::eval::bohb {
namespace {

const double kMissing = std::numeric_limits<double>::quiet_NaN();
const double kCrash = std::numeric_limits<double>::infinity();

std::vector<Coordinate> numbers(std::size_t count) { return std::vector<Coordinate>(count); }

void add_random(DensityModel& model, const std::vector<Coordinate>& coordinates, int count,
                RandomStream& random, double budget = 1) {
  for (int i = 0; i < count; ++i) {
    model.add(budget, draw_point(coordinates, random), random.uniform(), random);
  }
}

TEST(DensityModel, FirstModelAtTwiceTheDimensionsAndTwo) {
  for (const std::size_t dimensions : {2U, 12U}) {
    RandomStream random(1);
    DensityModel model(numbers(dimensions), {});
    add_random(model, numbers(dimensions), static_cast<int>(2 * dimensions + 1), random);
    EXPECT_FALSE(model.ready()) << dimensions;
    add_random(model, numbers(dimensions), 1, random);
    ASSERT_TRUE(model.ready()) << dimensions;
    EXPECT_EQ(model.good().points().size(), dimensions + 1);
    EXPECT_EQ(model.bad().points().size(), dimensions + 1);
  }
}

TEST(DensityModel, SharesOfAHundred) {
  RandomStream random(2);
  DensityModel model(numbers(2), {});
  add_random(model, numbers(2), 100, random);
  EXPECT_EQ(model.good().points().size(), 15U);
  EXPECT_EQ(model.bad().points().size(), 85U);
}

TEST(DensityModel, SmallerBudgetsAreIgnoredOnceALargerOneHasAModel) {
  RandomStream random(3);
  DensityModel model(numbers(2), {});
  add_random(model, numbers(2), 8, random, 1);
  EXPECT_EQ(model.model_budget(), 1);
  add_random(model, numbers(2), 6, random, 3);
  EXPECT_EQ(model.model_budget(), 3);
  const auto before = model.good().points();
  add_random(model, numbers(2), 50, random, 1);
  EXPECT_EQ(model.model_budget(), 3);
  EXPECT_EQ(model.good().points(), before);
}

TEST(DensityModel, CrashesAreBad) {
  RandomStream random(4);
  DensityModel model(numbers(2), {});
  const Point marked{0.123, 0.456};
  model.add(1, marked, -kCrash, random);
  model.add(1, marked, kMissing, random);
  add_random(model, numbers(2), 10, random);
  const auto& bad = model.bad().points();
  EXPECT_EQ(std::count(bad.begin(), bad.end(), marked), 2);
  const auto& good = model.good().points();
  EXPECT_EQ(std::count(good.begin(), good.end(), marked), 0);
}

TEST(DensityModel, ShareOfRandomProposals) {
  const std::vector<Coordinate> coordinates{{}, {4}};
  for (const double fraction : {0.0, 1.0 / 3}) {
    RandomStream random(5);
    DensityModel model(coordinates, {.samples = 4, .random_fraction = fraction});
    add_random(model, coordinates, 12, random);
    double drawn = 0;
    for (int i = 0; i < 3000; ++i) drawn += model.propose(random).model_based ? 0 : 1.0 / 3000;
    EXPECT_NEAR(drawn, fraction, fraction == 0 ? 0 : 0.03);
  }
}

TEST(DensityModel, ProposalsStayInsideTheSpace) {
  const std::vector<Coordinate> coordinates{{}, {3}, {}, {1}, {13}};
  for (const CategoryKernel kernel : {CategoryKernel::kBounded, CategoryKernel::kFaithful}) {
    RandomStream random(6);
    DensityModel model(coordinates, {.random_fraction = 0, .kde = {.kernel = kernel}});
    add_random(model, coordinates, 40, random);
    for (int i = 0; i < 300; ++i) {
      const Point point = model.propose(random).point;
      for (std::size_t j = 0; j < point.size(); ++j) {
        EXPECT_GE(point[j], 0);
        if (coordinates[j].continuous()) {
          EXPECT_LE(point[j], 1);
        } else {
          EXPECT_LT(point[j], static_cast<double>(coordinates[j].categories));
          EXPECT_EQ(point[j], std::floor(point[j]));
        }
      }
    }
  }
}

TEST(DensityModel, ProposesNearTheGoodOnes) {
  RandomStream random(7);
  DensityModel model(numbers(3), {.random_fraction = 0});
  const Point centre{0.3, 0.6, 0.5};
  for (int i = 0; i < 15; ++i) {
    Point near = centre;
    for (double& value : near) value += 0.01 * draw_normal(random);
    model.add(1, near, 0, random);
  }
  for (int i = 0; i < 85; ++i) model.add(1, draw_point(numbers(3), random), 1, random);
  int inside = 0;
  for (int i = 0; i < 500; ++i) {
    const Proposal proposal = model.propose(random);
    EXPECT_TRUE(proposal.model_based);
    bool near = true;
    for (std::size_t j = 0; j < 3; ++j) {
      near = near && std::abs(proposal.point[j] - centre[j]) <= 9 * model.good().bandwidths()[j];
    }
    inside += near ? 1 : 0;
  }
  EXPECT_GT(inside, 475);
}

TEST(DensityModel, KeepsAGoodCategoryWithItsProbability) {
  // One candidate a proposal: no selection by the densities.
  RandomStream random(8);
  DensityModel model({{5}}, {.samples = 1, .random_fraction = 0});
  for (int i = 0; i < 10; ++i) model.add(1, {2}, 0, random);
  for (int i = 0; i < 10; ++i) model.add(1, {static_cast<double>(i % 5)}, 1, random);
  ASSERT_EQ(model.good().points().size(), 3U);
  const double bandwidth = model.good().bandwidths()[0];
  EXPECT_DOUBLE_EQ(bandwidth, 1e-3);
  DensityModel wide({{5}}, {.samples = 1, .random_fraction = 0, .kde = {.min_bandwidth = 0.5}});
  for (int i = 0; i < 10; ++i) wide.add(1, {2}, 0, random);
  for (int i = 0; i < 10; ++i) wide.add(1, {static_cast<double>(i % 5)}, 1, random);
  double kept = 0;
  for (int i = 0; i < 20000; ++i) kept += wide.propose(random).point[0] == 2 ? 1.0 / 20000 : 0;
  EXPECT_NEAR(kept, 1 - 0.5 + 0.5 / 5, 0.015);
}

/// A parent of three values; child i is active under value i.
std::vector<Coordinate> conditional_space() { return {{3}, {}, {}, {4}}; }

Point draw_conditional(RandomStream& random) {
  Point point = draw_point(conditional_space(), random);
  for (std::size_t child = 0; child < 3; ++child) {
    if (point[0] != static_cast<double>(child)) point[child + 1] = kMissing;
  }
  return point;
}

TEST(Imputation, FillsFromPointsOfTheSet) {
  RandomStream random(9);
  std::vector<Point> points;
  for (int i = 0; i < 128; ++i) points.push_back(draw_conditional(random));
  const std::vector<Point> given = points;
  impute(conditional_space(), points, random);
  for (std::size_t i = 0; i < points.size(); ++i) {
    for (std::size_t j = 0; j < 4; ++j) {
      ASSERT_FALSE(std::isnan(points[i][j]));
      if (!std::isnan(given[i][j])) {
        EXPECT_EQ(points[i][j], given[i][j]);
        continue;
      }
      EXPECT_TRUE(std::any_of(given.begin(), given.end(),
                              [&](const Point& other) { return other[j] == points[i][j]; }));
    }
  }
}

TEST(Imputation, DrawsWhereNoPointHasIt) {
  RandomStream random(10);
  std::vector<Point> points{{0, .5, kMissing, kMissing}, {0, .2, kMissing, kMissing}};
  impute(conditional_space(), points, random);
  for (const Point& point : points) {
    EXPECT_TRUE(point[2] >= 0 && point[2] < 1);
    EXPECT_TRUE(point[3] >= 0 && point[3] < 4 && point[3] == std::floor(point[3]));
  }
}

TEST(DensityModel, LearnsAConditionalSpace) {
  RandomStream random(11);
  DensityModel model(conditional_space(), {.random_fraction = 0});
  for (int i = 0; i < 128; ++i) model.add(1, draw_conditional(random), random.uniform(), random);
  for (int i = 0; i < 64; ++i) {
    const Proposal proposal = model.propose(random);
    EXPECT_TRUE(proposal.model_based);
    for (const double value : proposal.point) EXPECT_TRUE(std::isfinite(value));
  }
}

TEST(DensityModel, AllEqualResultsAndOneValueAreNoTrouble) {
  RandomStream random(12);
  const std::vector<Coordinate> coordinates{{1}, {}, {2}};
  DensityModel model(coordinates, {.random_fraction = 0});
  for (int i = 0; i < 30; ++i) model.add(1, draw_point(coordinates, random), 0.5, random);
  for (int i = 0; i < 50; ++i) EXPECT_EQ(model.propose(random).point[0], 0);
}

}  // namespace
}  // namespace dlfix::eval::bohb
