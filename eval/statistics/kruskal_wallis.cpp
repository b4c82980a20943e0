#include "eval/statistics/kruskal_wallis.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/distributions.h"

namespace dlfix::eval {

KruskalWallisResult kruskal_wallis(std::span<const std::vector<double>> samples) {
  if (samples.size() < 2) throw std::invalid_argument("kruskal_wallis: two samples are needed");
  constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
  std::vector<double> joined;
  for (const auto& sample : samples) {
    if (sample.empty()) return {kNan, kNan};
    joined.insert(joined.end(), sample.begin(), sample.end());
  }
  if (std::ranges::any_of(joined, [](double value) { return std::isnan(value); }))
    return {kNan, kNan};
  const std::vector<double> rank = ranks(joined);
  const double n = static_cast<double>(joined.size());
  const double ties = tie_term(rank);
  if (ties == n * (n * n - 1)) return {0, 1};
  double squares = 0;
  std::size_t at = 0;
  for (const auto& sample : samples) {
    double sum = 0;
    for (std::size_t i = 0; i < sample.size(); ++i) sum += rank[at++];
    squares += sum * sum / static_cast<double>(sample.size());
  }
  const double uncorrected = 12 / (n * (n + 1)) * squares - 3 * (n + 1);
  const double h = uncorrected / (1 - ties / (n * (n * n - 1)));
  return {h, chi_square_tail(h, static_cast<double>(samples.size() - 1))};
}

}  // namespace dlfix::eval
