// HEBO as a minimiser that is asked for points and told what they were worth.
#pragma once

#include <cstdint>
#include <functional>
#include <set>
#include <vector>

#include "eval/repairers/hebo/gaussian_process.h"
#include "eval/repairers/hebo/nsga2.h"
#include "eval/repairers/hebo/sobol.h"

namespace dlfix::eval::hebo {

struct OptimizerOptions {
  /// Observations before the first model; 0: one more than there are parameters. At least 2.
  std::size_t initial = 0;
  bool scramble = true;             ///< the Sobol design; false: the same points for every seed
  bool integer_categories = false;  ///< the evolution treats indices of categories as numbers
  GpFitOptions fit = {};
  /// Above so many observations there are fewer restarts, so that a fit takes no longer (its steps
  /// grow with the cube); 0: always all of them, as published.
  std::size_t full_effort = 0;
  Nsga2Options evolution = {};
  bool continuous_tail = false;  ///< see MaceOptions
  std::uint64_t seed = 0;
};

/// False: a point (in values) must not be suggested.
using Allowed = std::function<bool(const Point& values)>;

/// Heteroscedastic evolutionary Bayesian optimisation: a Sobol design, then the Pareto front of
/// MACE over a warped Gaussian process. Deterministic under the seed and the values told. Sources:
/// Cowen-Rivers et al., JAIR 74 (2022); huawei-noah/HEBO 0.3.
class Optimizer {
 public:
  Optimizer(std::vector<Parameter> parameters, const OptimizerOptions& options);

  /// `count` points in values, in the order of the parameters. None repeats an observed point or
  /// one that is not allowed while there are others; fewer than `count` only where `allowed` has
  /// refused a thousand Sobol points in a row.
  std::vector<Point> suggest(std::size_t count, const Allowed& allowed = {});
  /// Ignored where y is not finite.
  void observe(const Point& values, double y);

  std::size_t observations() const { return values_.size(); }
  /// The next suggestion comes from the model.
  bool ready() const { return values_.size() >= options_.initial; }

 private:
  std::vector<Point> design(std::size_t count, const Allowed& allowed);
  std::optional<GaussianProcess> fit_model(RandomStream& random) const;
  std::vector<Point> initial_population();
  std::vector<Point> pareto_front(const GaussianProcess& process, std::size_t count,
                                  RandomStream& random);
  std::vector<Point> unseen(const std::vector<Point>& designs, const Allowed& allowed) const;
  void top_up(std::vector<Point>& candidates, std::size_t count, const Allowed& allowed);
  std::vector<Point> choose(const GaussianProcess& process, const std::vector<Point>& candidates,
                            std::size_t count, RandomStream& random) const;
  std::size_t best_row() const;

  DesignSpace space_;
  OptimizerOptions options_;
  ColumnLayout layout_;
  std::vector<Gene> genes_;
  Sobol sobol_;
  std::vector<Point> designs_;  ///< observed
  std::set<Point> values_seen_;
  std::vector<double> values_;
  std::uint64_t calls_ = 0;
};

}  // namespace dlfix::eval::hebo
