// Which points of a Pareto front are tried.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "eval/statistics/random_stream.h"

namespace dlfix::eval::hebo {

/// `count` indices of the candidates, uniformly at random without repetition; above two the ones
/// with the smallest mean and with the largest variance are always among them. Source: HEBO 0.3
/// optimizers/hebo.py (where the second replacement may undo the first).
std::vector<std::size_t> choose_batch(const Eigen::VectorXd& mean, const Eigen::VectorXd& variance,
                                      std::size_t count, RandomStream& random);

}  // namespace dlfix::eval::hebo
