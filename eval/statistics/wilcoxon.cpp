#include "eval/statistics/wilcoxon.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>
#include <vector>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/distributions.h"

namespace dlfix::eval {
namespace {

constexpr std::size_t kLargestExact = 50;

struct RankSums {
  double plus = 0;
  double minus = 0;
  double ties = 0;  ///< as tie_term
};

RankSums rank_sums(const std::vector<double>& differences) {
  std::vector<double> sizes;
  for (const double difference : differences) sizes.push_back(std::abs(difference));
  const std::vector<double> rank = ranks(sizes);
  RankSums sums;
  for (std::size_t i = 0; i < rank.size(); ++i)
    (differences[i] > 0 ? sums.plus : sums.minus) += rank[i];
  sums.ties = tie_term(rank);
  return sums;
}

/// Probability of each rank sum 0 .. n(n+1)/2 of `count` untied differences.
std::vector<double> exact_distribution(std::size_t count) {
  std::vector<double> mass(count * (count + 1) / 2 + 1, 0.0);
  mass[0] = 1.0;
  std::size_t largest = 0;
  for (std::size_t rank = 1; rank <= count; ++rank) {
    largest += rank;
    for (std::size_t sum = largest + 1; sum-- > 0;) {
      mass[sum] = 0.5 * (mass[sum] + (sum >= rank ? mass[sum - rank] : 0.0));
    }
  }
  return mass;
}

double exact_p(double plus, std::size_t count) {
  const std::vector<double> mass = exact_distribution(count);
  // With ties the rank sum may end in .5; SciPy 1.10.1 cuts it off.
  const auto sum = static_cast<std::size_t>(plus);
  if (sum == (mass.size() - 1) / 2) return 1.0;
  double less = 0;
  double greater = 0;
  for (std::size_t i = 0; i <= sum; ++i) less += mass[i];
  for (std::size_t i = sum; i < mass.size(); ++i) greater += mass[i];
  return std::min(1.0, 2.0 * std::min(less, greater));
}

double normal_p(double statistic, double count, double ties) {
  const double expected = count * (count + 1) / 4;
  const double variance = (count * (count + 1) * (2 * count + 1) - 0.5 * ties) / 24;
  const double z = (statistic - expected) / std::sqrt(variance);
  return 2 * normal_tail(std::abs(z));
}

}  // namespace

WilcoxonResult wilcoxon_signed_rank(std::span<const double> first, std::span<const double> second) {
  if (first.size() != second.size()) {
    throw std::invalid_argument("wilcoxon_signed_rank: the samples differ in length");
  }
  std::vector<double> differences;
  bool zeros = false;
  for (std::size_t i = 0; i < first.size(); ++i) {
    const double difference = first[i] == second[i] ? 0.0 : first[i] - second[i];
    if (std::isnan(difference)) {
      const double nan = std::numeric_limits<double>::quiet_NaN();
      return {nan, nan, false};
    }
    if (difference == 0) {
      zeros = true;
    } else {
      differences.push_back(difference);
    }
  }
  if (differences.empty()) return {0.0, 1.0, false};
  const RankSums sums = rank_sums(differences);
  const double statistic = std::min(sums.plus, sums.minus);
  if (!zeros && first.size() <= kLargestExact) {
    return {statistic, exact_p(sums.plus, differences.size()), true};
  }
  return {statistic, normal_p(statistic, static_cast<double>(differences.size()), sums.ties),
          false};
}

}  // namespace dlfix::eval
