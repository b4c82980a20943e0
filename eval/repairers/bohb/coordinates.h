// Configs as points: how BOHB's model sees a search space.
#pragma once

#include <cstddef>
#include <vector>

#include "eval/statistics/random_stream.h"

namespace dlfix::eval::bohb {

/// One hyperparameter: a number scaled to [0, 1], or an unordered category.
struct Coordinate {
  std::size_t categories = 0;  ///< 0: continuous
  bool continuous() const { return categories == 0; }
};

/// One value a coordinate: a number in [0, 1] or the index of a category; NaN: a conditional
/// hyperparameter that is not active.
using Point = std::vector<double>;

/// Uniform in [0, 1) or over the categories.
double draw_coordinate(const Coordinate& coordinate, RandomStream& random);
/// Every coordinate drawn independently, in order.
Point draw_point(const std::vector<Coordinate>& coordinates, RandomStream& random);

}  // namespace dlfix::eval::bohb
