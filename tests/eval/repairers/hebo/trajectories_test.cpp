// Simple regret over ten seeds against the thresholds that an independent implementation gives, and
// against a tenth of random search's runs.
#include <gtest/gtest.h>

#include <cstdio>

#include "hebo_runs.h"

namespace dlfix::eval::hebo {
namespace {

constexpr std::uint64_t kSeeds = 10;

void expect_median(const char* name, const TestProblem& problem, std::size_t evaluations,
                   std::size_t batch, double most, double random_tenth) {
  const double found = median_regret(problem, evaluations, batch, kSeeds);
  std::printf("%s, batch %zu, %zu evaluations: median regret %.4g\n", name, batch, evaluations,
              found);
  EXPECT_LE(found, most) << name;
  EXPECT_LT(found, random_tenth) << name;
}

TEST(HeboTrajectories, BraninOneByOne) {
  expect_median("Branin", branin_problem(), 40, 1, 0.05, 0.138);
}

TEST(HeboTrajectories, BraninInBatches) {
  expect_median("Branin", branin_problem(), 64, 8, 0.02, 0.0895);
}

TEST(HeboTrajectories, HartmannInBatches) {
  expect_median("Hartmann", hartmann_problem(), 64, 8, 0.8, 0.807);
}

TEST(HeboTrajectories, CategoriesInBatches) {
  expect_median("mix15", mix15_problem(), 64, 8, 6.0, 6.57);
}

}  // namespace
}  // namespace dlfix::eval::hebo
