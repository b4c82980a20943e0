// HEBO on the test functions.
#pragma once

#include "../test_functions.h"
#include "eval/repairers/hebo/optimizer.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval::hebo {

using TestFunction = double (*)(const Point&);

struct TestProblem {
  std::vector<Parameter> parameters;
  TestFunction function;
  double minimum;
};

inline double branin_at(const Point& point) { return branin(point[0], point[1]); }

inline TestProblem branin_problem() {
  return {{{.low = -5, .high = 10}, {.low = 0, .high = 15}}, &branin_at, kBraninMinimum};
}

inline TestProblem hartmann_problem() {
  return {std::vector<Parameter>(6), &hartmann6, kHartmannMinimum};
}

inline TestProblem mix15_problem() {
  TestProblem problem{{{.low = 1e-6, .high = 10}}, &mix15, 0};
  for (const std::size_t count : mix15_categories()) {
    problem.parameters.push_back({.type = ParameterType::kCategory, .categories = count});
  }
  return problem;
}

/// Simple regret after so many evaluations.
inline double regret(const TestProblem& problem, const OptimizerOptions& options,
                     std::size_t evaluations, std::size_t batch) {
  Optimizer optimizer(problem.parameters, options);
  double best = 1e300;
  for (std::size_t done = 0; done < evaluations;) {
    for (const Point& point : optimizer.suggest(std::min(batch, evaluations - done))) {
      const double y = problem.function(point);
      optimizer.observe(point, y);
      best = std::min(best, y);
      ++done;
    }
  }
  return best - problem.minimum;
}

inline double median_regret(const TestProblem& problem, std::size_t evaluations, std::size_t batch,
                            std::uint64_t seeds) {
  std::vector<double> regrets;
  for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
    regrets.push_back(regret(problem, {.seed = seed}, evaluations, batch));
  }
  return median(regrets);
}

}  // namespace dlfix::eval::hebo
