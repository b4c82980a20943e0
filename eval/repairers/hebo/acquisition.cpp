#include "eval/repairers/hebo/acquisition.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace dlfix::eval::hebo {
namespace {

constexpr double kFarBelow = -6;
constexpr double kDelta = 0.01;

const double kLogRootTwoPi = 0.5 * std::log(2 * std::numbers::pi);

}  // namespace

std::array<double, 3> mace(const Belief& belief, const MaceOptions& options) {
  const double deviation = std::sqrt(belief.variance);
  const double noise = std::sqrt(2 * belief.noise);
  const double z =
      (options.incumbent - options.epsilon - belief.mean - noise * belief.draw_improvement) /
      deviation;
  const double below = 0.5 * std::erfc(-z / std::numbers::sqrt2);
  const double height = std::exp(-z * z / 2 - kLogRootTwoPi);
  double log_ei = std::log(deviation * (z * below + height));
  double log_pi = std::log(below);
  if (z <= kFarBelow || !std::isfinite(log_ei) || !std::isfinite(log_pi)) {
    log_ei = std::log(deviation) - z * z / 2 - std::log(z * z - 1);
    if (options.continuous_tail) log_ei -= kLogRootTwoPi;
    log_pi = -z * z / 2 - std::log(-z) - kLogRootTwoPi;
  }
  const double lcb = belief.mean + noise * belief.draw_lcb - options.kappa * deviation;
  return {lcb, -log_ei, -log_pi};
}

double confidence_factor(std::size_t dimensions, std::size_t observations, std::size_t batch) {
  const std::size_t rounds =
      std::max<std::size_t>(1, observations / std::max<std::size_t>(1, batch));
  const double growth = 2 + static_cast<double>(dimensions) / 2;
  return std::sqrt(growth * std::log(static_cast<double>(rounds)) +
                   std::log(std::numbers::pi * std::numbers::pi / kDelta));
}

}  // namespace dlfix::eval::hebo
