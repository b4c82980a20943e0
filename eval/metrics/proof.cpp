#include "eval/metrics/proof.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <stdexcept>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/effect_size.h"
#include "eval/statistics/wilcoxon.h"

namespace dlfix::eval {
namespace {

constexpr std::size_t kFewestSeeds = 6;
constexpr double kSignificance = 0.05;
constexpr double kSmallestEffect = 0.5;
constexpr double kLargestEffect = 1000;

void check(const ProofInput& input) {
  const std::size_t seeds = input.faulty.size();
  bool fits = input.patched.size() == seeds && input.faulty_rows.size() == seeds &&
              input.patched_rows.size() == seeds &&
              (input.row_ids.empty() || input.row_ids.size() == seeds);
  for (std::size_t i = 0; fits && i < seeds; ++i) {
    const std::size_t rows = input.faulty_rows[i].size();
    fits = input.patched_rows[i].size() == rows &&
           (input.row_ids.empty() ? rows == input.faulty_rows[0].size()
                                  : input.row_ids[i].size() == rows);
  }
  if (!fits) throw std::invalid_argument("prove: values and rows of the seeds do not match");
}

/// What stands for a value that is not finite.
template <typename T>
double stand_in(const std::vector<std::vector<T>>& samples, bool higher_is_better) {
  if (higher_is_better) return 0;
  double largest = 0;
  for (const auto& sample : samples) {
    for (const T value : sample) {
      if (std::isfinite(value)) largest = std::max(largest, static_cast<double>(value));
    }
  }
  return largest > 0 ? 2 * largest : 1;
}

/// Finite values, larger is better.
template <typename T>
std::vector<double> oriented(const std::vector<T>& values, double worst, bool higher_is_better) {
  std::vector<double> result;
  for (const T value : values) {
    const double finite = std::isfinite(value) ? static_cast<double>(value) : worst;
    result.push_back(higher_is_better ? finite : -finite);
  }
  return result;
}

/// Mean result per row over the seeds that have it, for both programs, in order of row.
struct RowMeans {
  std::vector<double> faulty, patched;
};

RowMeans row_means(const ProofInput& input) {
  struct Sums {
    double faulty = 0, patched = 0, count = 0;
  };
  std::map<std::int64_t, Sums> rows;
  const bool higher = input.rows_higher_is_better;
  const double worst =
      std::max(stand_in(input.faulty_rows, higher), stand_in(input.patched_rows, higher));
  for (std::size_t seed = 0; seed < input.faulty_rows.size(); ++seed) {
    const auto faulty = oriented(input.faulty_rows[seed], worst, higher);
    const auto patched = oriented(input.patched_rows[seed], worst, higher);
    for (std::size_t i = 0; i < faulty.size(); ++i) {
      const auto id = input.row_ids.empty() ? static_cast<std::int64_t>(i) : input.row_ids[seed][i];
      Sums& sums = rows[id];
      sums.faulty += faulty[i];
      sums.patched += patched[i];
      sums.count += 1;
    }
  }
  RowMeans means;
  for (const auto& [id, sums] : rows) {
    means.faulty.push_back(sums.faulty / sums.count);
    means.patched.push_back(sums.patched / sums.count);
  }
  return means;
}

void judge(const ProofInput& input, Proof& proof) {
  auto& reasons = proof.reasons;
  if (input.faulty.size() < kFewestSeeds) {
    reasons.push_back(fmt::format("{} proving seeds; {} are the fewest that can show p < {}",
                                  input.faulty.size(), kFewestSeeds, kSignificance));
  }
  if (!proof.better_mean) reasons.push_back("the patched program's mean is not better");
  if (!(proof.p_value < kSignificance)) {
    reasons.push_back(
        fmt::format("Wilcoxon p = {:.3g}, not below {}", proof.p_value, kSignificance));
  }
  if (!(std::abs(proof.effect_size) >= kSmallestEffect)) {
    reasons.push_back(
        fmt::format("effect size d = {:.2f}, below {}", proof.effect_size, kSmallestEffect));
  }
  if (!(proof.interval.low > 0)) {
    reasons.push_back(fmt::format("the gain per final row, {:.4g} to {:.4g}, does not exclude zero",
                                  proof.interval.low, proof.interval.high));
  }
  proof.proven = reasons.empty();
}

}  // namespace

Proof prove(const ProofInput& input) {
  check(input);
  const bool higher = input.higher_is_better;
  const double worst = stand_in(std::vector{input.faulty, input.patched}, higher);
  const std::vector<double> faulty = oriented(input.faulty, worst, higher);
  const std::vector<double> patched = oriented(input.patched, worst, higher);
  const double sign = higher ? 1 : -1;
  Proof proof;
  proof.faulty_mean = sign * mean(faulty);
  proof.patched_mean = sign * mean(patched);
  proof.better_mean = mean(patched) > mean(faulty);
  proof.p_value = wilcoxon_signed_rank(faulty, patched).p_value;
  const double effect = cohens_d(faulty, patched);
  proof.effect_size = std::isnan(effect) ? 0 : std::clamp(effect, -kLargestEffect, kLargestEffect);
  const RowMeans rows = row_means(input);
  proof.interval = bootstrap_paired(rows.faulty, rows.patched, {.seed = input.seed});
  judge(input, proof);
  return proof;
}

}  // namespace dlfix::eval
