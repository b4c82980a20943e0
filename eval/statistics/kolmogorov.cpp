#include "eval/statistics/kolmogorov.h"

#include <algorithm>
#include <cmath>

namespace dlfix::eval {

double uniform_distance(std::vector<double> values) {
  std::ranges::sort(values);
  const auto count = static_cast<double>(values.size());
  double distance = 0;
  for (std::size_t index = 0; index < values.size(); ++index) {
    const auto below = static_cast<double>(index);
    distance =
        std::max({distance, values[index] - below / count, (below + 1) / count - values[index]});
  }
  return distance;
}

double uniform_p_value(const std::vector<double>& values) {
  if (values.empty()) return 1;
  constexpr int kTerms = 100;
  constexpr double kSurelyUniform = 0.2;  // below it the series converges slowly, towards 1
  const double root = std::sqrt(static_cast<double>(values.size()));
  const double scaled = (root + 0.12 + 0.11 / root) * uniform_distance(values);
  if (scaled < kSurelyUniform) return 1;
  double sum = 0;
  for (int term = 1; term <= kTerms; ++term) {
    const double sign = term % 2 == 1 ? 1 : -1;
    sum += sign * std::exp(-2.0 * term * term * scaled * scaled);
  }
  return std::clamp(2 * sum, 0.0, 1.0);
}

}  // namespace dlfix::eval
