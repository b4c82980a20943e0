// Minimum of a smooth function of many numbers.
#pragma once

#include <Eigen/Core>
#include <functional>

namespace dlfix::eval::hebo {

struct LbfgsOptions {
  int iterations = 200;
  int memory = 10;
  double gradient_tolerance = 1e-5;  ///< of the largest component
  double relative_change = 2.2e-9;   ///< of the value in one step, below which the search ends
};

struct Minimum {
  Eigen::VectorXd x;
  double value = 0;  ///< infinite: the function has no value at the start
  int iterations = 0;
};

/// Gives the value at `x` and fills `gradient`; infinite or NaN where there is none.
using SmoothFunction = std::function<double(const Eigen::VectorXd& x, Eigen::VectorXd& gradient)>;

/// Limited-memory BFGS with a line search for the strong Wolfe conditions (Nocedal and Wright,
/// Numerical Optimization, algorithms 7.5, 3.5 and 3.6).
Minimum minimise_smooth(const SmoothFunction& function, const Eigen::VectorXd& start,
                        const LbfgsOptions& options);

}  // namespace dlfix::eval::hebo
