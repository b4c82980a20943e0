// Normal random numbers that are the same with every standard library.
#pragma once

#include <cmath>
#include <numbers>

#include "eval/statistics/random_stream.h"

namespace dlfix::eval {

/// One draw from the standard normal distribution (Box and Muller 1958); takes two uniform draws.
inline double draw_normal(RandomStream& random) {
  const double radius = std::sqrt(-2 * std::log1p(-random.uniform()));
  return radius * std::cos(2 * std::numbers::pi * random.uniform());
}

}  // namespace dlfix::eval
