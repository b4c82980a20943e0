#include "eval/statistics/mann_whitney.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>
#include <vector>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/distributions.h"

namespace dlfix::eval {
namespace {

constexpr std::size_t kSmallSample = 8;

/// Probability of each U from 0 to n * m: the largest of all values belongs to the first sample,
/// and then exceeds all of the second, or it belongs to the second.
std::vector<double> u_distribution(std::size_t n, std::size_t m) {
  std::vector<std::vector<double>> mass(n + 1, {1.0});  // by size of the first sample
  for (std::size_t j = 1; j <= m; ++j) {
    for (std::size_t i = 1; i <= n; ++i) {
      const double first = static_cast<double>(i) / static_cast<double>(i + j);
      std::vector<double> next(i * j + 1, 0.0);
      for (std::size_t u = 0; u < mass[i].size(); ++u) next[u] += (1 - first) * mass[i][u];
      for (std::size_t u = 0; u < mass[i - 1].size(); ++u) next[u + j] += first * mass[i - 1][u];
      mass[i] = std::move(next);
    }
  }
  return mass[n];
}

double exact_p(double larger_u, std::size_t n, std::size_t m) {
  const std::vector<double> mass = u_distribution(n, m);
  double tail = 0;
  // The distribution is symmetric; summed from its end, the smallest probabilities come first.
  const std::size_t mirrored = n * m - static_cast<std::size_t>(larger_u);
  for (std::size_t u = 0; u <= mirrored; ++u) tail += mass[u];
  return std::min(1.0, 2 * tail);
}

double normal_p(double larger_u, double n, double m, double tie_term) {
  const double all = n + m;
  const double spread = std::sqrt(n * m / 12 * ((all + 1) - tie_term / (all * (all - 1))));
  if (!(spread > 0)) return 1;
  return std::min(1.0, 2 * normal_tail((larger_u - n * m / 2 - 0.5) / spread));
}

}  // namespace

MannWhitneyResult mann_whitney(std::span<const double> first, std::span<const double> second) {
  std::vector<double> joined(first.begin(), first.end());
  joined.insert(joined.end(), second.begin(), second.end());
  if (first.empty() || second.empty() ||
      std::ranges::any_of(joined, [](double value) { return std::isnan(value); })) {
    const double nan = std::numeric_limits<double>::quiet_NaN();
    return {nan, nan, false};
  }
  const std::vector<double> rank = ranks(joined);
  const double n = static_cast<double>(first.size());
  const double m = static_cast<double>(second.size());
  double rank_sum = 0;
  for (std::size_t i = 0; i < first.size(); ++i) rank_sum += rank[i];
  const double u = rank_sum - n * (n + 1) / 2;
  const double larger = std::max(u, n * m - u);
  const double ties = tie_term(rank);
  const auto [fewer, more] = std::minmax({first.size(), second.size()});
  if (ties == 0 && fewer <= kSmallSample) return {u, exact_p(larger, fewer, more), true};
  return {u, normal_p(larger, n, m, ties), false};
}

}  // namespace dlfix::eval
