// Simple regret over many seeds against the thresholds that an independent implementation gives.
#include <gtest/gtest.h>

#include <cstdio>
#include <functional>
#include <numeric>

#include "../test_functions.h"
#include "eval/repairers/bohb/optimizer.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval::bohb {
namespace {

using Loss = std::function<double(const Point&)>;

/// Without Hyperband: every evaluation in full.
double flat_regret(const std::vector<Coordinate>& coordinates, const Loss& loss, double minimum,
                   int evaluations, std::uint64_t seed, double random_fraction) {
  OptimizerOptions options;
  options.seed = seed;
  options.model.random_fraction = random_fraction;
  Optimizer optimizer(coordinates, options);
  double best = 1e300;
  for (int i = 0; i < evaluations; ++i) {
    const Evaluation evaluation = optimizer.ask(1).at(0);
    const double value = loss(evaluation.point);
    best = std::min(best, value);
    optimizer.tell(evaluation, value);
  }
  return best - minimum;
}

double median_of_seeds(std::uint64_t seeds, const std::function<double(std::uint64_t)>& run) {
  std::vector<double> values;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) values.push_back(run(seed));
  return median(values);
}

TEST(BohbTrajectories, Branin) {
  const Loss loss = [](const Point& x) { return branin(15 * x[0] - 5, 15 * x[1]); };
  const auto run = [&](double fraction) {
    return median_of_seeds(60, [&](std::uint64_t seed) {
      return flat_regret({{}, {}}, loss, kBraninMinimum, 100, seed, fraction);
    });
  };
  const double found = run(1.0 / 3);
  std::printf("Branin, 100 evaluations: median regret %.3g\n", found);
  EXPECT_LT(found, 0.41);
  EXPECT_LT(found, run(1));
}

TEST(BohbTrajectories, Hartmann) {
  const double found = median_of_seeds(60, [&](std::uint64_t seed) {
    return flat_regret(std::vector<Coordinate>(6), &hartmann6, kHartmannMinimum, 100, seed,
                       1.0 / 3);
  });
  std::printf("Hartmann, 100 evaluations: median regret %.3g\n", found);
  EXPECT_LE(found, 0.8);
}

TEST(BohbTrajectories, Categories) {
  std::vector<Coordinate> coordinates{{}};
  for (const std::size_t count : mix15_categories()) coordinates.push_back({count});
  const Loss loss = [](const Point& x) {
    Point scaled = x;
    scaled[0] = 1e-6 + x[0] * (10 - 1e-6);
    return mix15(scaled);
  };
  const double found = median_of_seeds(20, [&](std::uint64_t seed) {
    return flat_regret(coordinates, loss, 0, 128, seed, 1.0 / 3);
  });
  std::printf("mix15, 128 evaluations: median regret %.3g\n", found);
  EXPECT_LT(found, 7.24);  // random search's median
}

constexpr double kFullBudget = 729;

/// Eight binary categories and eight probabilities, counted from `budget` samples; best normalised
/// regret among what was evaluated in full at a cost of so many full evaluations.
double counting_ones(std::uint64_t seed, double cost, double random_fraction) {
  std::vector<Coordinate> coordinates(16);
  for (std::size_t i = 0; i < 8; ++i) coordinates[i].categories = 2;
  OptimizerOptions options;
  options.seed = seed;
  options.model.random_fraction = random_fraction;
  options.hyperband = {3, 9, kFullBudget};
  Optimizer optimizer(coordinates, options);
  RandomStream samples(seed, 99);
  double spent = 0;
  double best = 1;
  while (true) {
    const Evaluation evaluation = optimizer.ask(1).at(0);
    spent += evaluation.budget / kFullBudget;
    if (spent > cost + 1e-9) return best;
    double ones = 0;
    double truth = 0;
    for (std::size_t i = 0; i < 16; ++i) {
      truth += evaluation.point[i];
      if (i < 8) {
        ones += evaluation.point[i];
        continue;
      }
      const int trials = static_cast<int>(std::lround(evaluation.budget));
      int count = 0;
      for (int t = 0; t < trials; ++t) count += samples.uniform() < evaluation.point[i] ? 1 : 0;
      ones += static_cast<double>(count) / trials;
    }
    optimizer.tell(evaluation, -ones);
    if (evaluation.budget > kFullBudget - 1) best = std::min(best, (16 - truth) / 16);
  }
}

TEST(BohbTrajectories, CountingOnes) {
  const auto run = [](double fraction) {
    return median_of_seeds(25,
                           [&](std::uint64_t seed) { return counting_ones(seed, 50, fraction); });
  };
  const double found = run(1.0 / 3);
  const double hyperband = run(1);
  std::printf("Counting ones, cost 50: median %.3g, Hyperband %.3g\n", found, hyperband);
  EXPECT_LE(found, 0.14);
  EXPECT_LT(found, hyperband);
}

}  // namespace
}  // namespace dlfix::eval::bohb
