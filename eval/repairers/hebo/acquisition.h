// MACE: three acquisition functions minimised together.
#pragma once

#include <array>
#include <cstddef>

namespace dlfix::eval::hebo {

/// What the surrogate says of one point, and two draws from the standard normal distribution that
/// perturb it by the noise.
struct Belief {
  double mean = 0;
  double variance = 1;  ///< with the noise
  double noise = 0;     ///< variance
  double draw_lcb = 0;
  double draw_improvement = 0;
};

struct MaceOptions {
  double incumbent = 0;  ///< surrogate's mean at the best observed point
  double kappa = 2;
  double epsilon = 1e-4;
  /// Far below the incumbent, log EI lacks its constant in the published code, so that it jumps by
  /// about 1 at z = -6. True: with the constant.
  bool continuous_tail = false;
};

/// Lower confidence bound, -log expected improvement, -log probability of improvement. Source: HEBO
/// 0.3 acquisitions/acq.py (MACE), which differs from the paper's text in signs and noise.
std::array<double, 3> mace(const Belief& belief, const MaceOptions& options);

/// sqrt((2 + D / 2) ln t + ln(pi^2 / 0.01)), t = observations / batch (whole, at least 1).
double confidence_factor(std::size_t dimensions, std::size_t observations, std::size_t batch);

}  // namespace dlfix::eval::hebo
