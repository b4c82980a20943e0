// Functions with known minima that searches are measured on.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <numbers>
#include <vector>

namespace dlfix::eval {

using TestPoint = std::vector<double>;

/// On [-5, 10] x [0, 15]; minimum 0.397887.
inline double branin(double x, double y) {
  const double pi = std::numbers::pi;
  const double bend = y - 5.1 / (4 * pi * pi) * x * x + 5 / pi * x - 6;
  return bend * bend + 10 * (1 - 1 / (8 * pi)) * std::cos(x) + 10;
}
inline constexpr double kBraninMinimum = 0.397887;

/// On the unit cube of six dimensions; minimum -3.32237.
inline double hartmann6(const TestPoint& x) {
  static const std::array<double, 4> kAlpha{1.0, 1.2, 3.0, 3.2};
  static const double kA[4][6] = {{10, 3, 17, 3.5, 1.7, 8},
                                  {0.05, 10, 17, 0.1, 8, 14},
                                  {3, 3.5, 1.7, 10, 17, 8},
                                  {17, 8, 0.05, 10, 0.1, 14}};
  static const double kP[4][6] = {{0.1312, 0.1696, 0.5569, 0.0124, 0.8283, 0.5886},
                                  {0.2329, 0.4135, 0.8307, 0.3736, 0.1004, 0.9991},
                                  {0.2348, 0.1451, 0.3522, 0.2883, 0.3047, 0.6650},
                                  {0.4047, 0.8828, 0.8732, 0.5743, 0.1091, 0.0381}};
  double sum = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    double inner = 0;
    for (std::size_t j = 0; j < 6; ++j) inner += kA[i][j] * (x[j] - kP[i][j]) * (x[j] - kP[i][j]);
    sum += kAlpha[i] * std::exp(-inner);
  }
  return -sum;
}
inline constexpr double kHartmannMinimum = -3.32237;

inline const std::vector<std::size_t>& mix15_categories() {
  static const std::vector<std::size_t> kCounts{13, 6, 7, 13, 13, 13, 13, 13, 13, 11, 11, 11, 5, 3};
  return kCounts;
}

/// A learning rate in [1e-6, 10] first, then fourteen category indices; minimum 0.
inline double mix15(const TestPoint& point) {
  static const std::array<double, 14> kWeights{3, 1, 2, 1, 1, 1, .5, .5, .5, 2, 2, 3, 1, .5};
  double sum = 2 * std::min(1.0, std::abs(point[0] - 1) / 5);
  for (std::size_t i = 1; i <= 14; ++i) {
    const std::size_t count = mix15_categories()[i - 1];
    const auto choice = static_cast<std::size_t>(point[i]);
    if (choice == (7 * i + 3) % count) continue;
    const auto rest = static_cast<double>((5 * choice + 3 * i) % count);
    sum += kWeights[i - 1] * (0.3 + 0.7 * rest / static_cast<double>(count));
  }
  return sum;
}

}  // namespace dlfix::eval
