#include "eval/repairers/hebo/nsga2.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <set>

namespace dlfix::eval::hebo {
namespace {

TEST(Pareto, RanksAndCrowding) {
  const std::vector<Objectives> points{{1, 5}, {2, 3}, {4, 1}, {3, 4}, {5, 5}, {2, 6}};
  const auto ranks = domination_ranks(points);
  EXPECT_EQ(ranks, (std::vector<std::size_t>{0, 0, 0, 1, 2, 1}));
  const auto distances = crowding_distances(points, ranks);
  EXPECT_TRUE(std::isinf(distances[0]));
  EXPECT_DOUBLE_EQ(distances[1], 2);
  EXPECT_TRUE(std::isinf(distances[2]));
  EXPECT_EQ(survivors(points, 2), (std::vector<std::size_t>{0, 2}));
}

/// Mean gap to the front f2 = 1 - sqrt(f1).
double zdt1_gap(int generations, bool tournament, std::uint64_t seed) {
  const std::vector<Gene> genes(30);
  const auto evaluate = [](const std::vector<Point>& points) {
    std::vector<Objectives> objectives;
    for (const Point& point : points) {
      double sum = 0;
      for (std::size_t i = 1; i < point.size(); ++i) sum += point[i];
      const double g = 1 + 9 * sum / 29;
      objectives.push_back({point[0], g * (1 - std::sqrt(point[0] / g))});
    }
    return objectives;
  };
  RandomStream random(seed);
  std::vector<Point> initial(100, Point(30));
  for (Point& point : initial) {
    for (double& value : point) value = random.uniform();
  }
  double gap = 0;
  const auto front = evolve(genes, initial, evaluate,
                            {.generations = generations, .tournament = tournament}, random);
  for (const Individual& individual : front) {
    gap += individual.objectives[1] - (1 - std::sqrt(individual.objectives[0]));
  }
  return gap / static_cast<double>(front.size());
}

TEST(Nsga2, ReachesTheFrontOfZdt1) {
  EXPECT_LE(zdt1_gap(100, true, 1), 0.10);
  EXPECT_LE(zdt1_gap(250, true, 1), 0.01);
}

TEST(Nsga2, NoDuplicatesAndInsideBounds) {
  const std::vector<Gene> genes{{GeneType::kReal, -2, 5},    {GeneType::kInteger, 0, 4},
                                {GeneType::kCategory, 0, 6}, {GeneType::kCategory, 0, 0},
                                {GeneType::kInteger, 3, 3},  {GeneType::kReal, 1, 1}};
  std::set<Point> all;
  std::size_t evaluated = 0;
  const auto evaluate = [&](const std::vector<Point>& points) {
    std::vector<Objectives> objectives;
    for (const Point& point : points) {
      for (std::size_t i = 0; i < genes.size(); ++i) {
        EXPECT_GE(point[i], genes[i].low);
        EXPECT_LE(point[i], genes[i].high);
        if (genes[i].type != GeneType::kReal) {
          EXPECT_EQ(point[i], std::floor(point[i]));
        }
      }
      all.insert(point);
      ++evaluated;
      objectives.push_back({point[0], point[1] - point[0], -point[2]});
    }
    return objectives;
  };
  RandomStream random(2);
  const std::vector<Point> initial{{0, 1, 2, 0, 3, 1}, {1, 2, 3, 0, 3, 1}, {2, 3, 4, 0, 3, 1}};
  EXPECT_FALSE(evolve(genes, initial, evaluate, {.generations = 20}, random).empty());
  EXPECT_GT(all.size(), evaluated * 9 / 10);  // a child may equal one that died out long ago
}

TEST(Nsga2, ASpaceOfFourPointsEnds) {
  const std::vector<Gene> genes{{GeneType::kCategory, 0, 1}, {GeneType::kInteger, 0, 1}};
  const auto evaluate = [](const std::vector<Point>& points) {
    return std::vector<Objectives>(points.size(), Objectives{1, 1, 1});
  };
  RandomStream random(3);
  const auto front = evolve(genes, {{0, 0}}, evaluate, {}, random);
  EXPECT_LE(front.size(), 4U);
  EXPECT_GE(front.size(), 1U);
}

}  // namespace
}  // namespace dlfix::eval::hebo
