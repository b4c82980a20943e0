#include "eval/fidelity/fidelity.h"

#include <algorithm>
#include <cmath>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/kolmogorov.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval {
namespace {

constexpr double kMargin = 0.02, kErrorMargin = 0.05;
constexpr double kDiverged = 100;  ///< times the constant guess's error

std::vector<double> numbers(const std::vector<double>& values) {
  std::vector<double> finite;
  for (const double value : values)
    if (std::isfinite(value)) finite.push_back(value);
  return finite;
}

bool inside(const std::string& metric, const std::vector<double>& keras, double ours) {
  const auto [low, high] = std::ranges::minmax(keras);
  return ours >= low - range_margin(metric, low) && ours <= high + range_margin(metric, high);
}

/// Where `value` stands among ours: uniform on [0, 1) when it comes from the same distribution.
double random_rank(double value, const std::vector<double>& ours, RandomStream& random) {
  double below = 0, equal = 0;
  for (const double other : ours) {
    // Shares of rows that differ in the last digit of a float are equal.
    const bool same = std::abs(other - value) <= 1e-6 * std::max(1.0, std::abs(value));
    below += !same && other < value ? 1 : 0;
    equal += same ? 1 : 0;
  }
  const double place =
      below + static_cast<double>(random.index(static_cast<std::size_t>(equal) + 1));
  return (place + random.uniform()) / static_cast<double>(ours.size() + 1);
}

ConfigFidelity judge(Retrained retrained, const std::string& metric, RandomStream& random) {
  ConfigFidelity result;
  const auto& sampled = retrained.sampled;
  const std::vector<double> ours = numbers(retrained.ours);
  result.our_mean = mean(ours);
  const bool has_values = sampled.comparison != ComparedBy::kOutcome;
  result.keras_mean = has_values ? mean(sampled.values()) : std::nan("");
  result.crash_agrees = retrained.crashed == (sampled.measured.outcome == KerasOutcome::kCrashed);
  if (sampled.comparison == ComparedBy::kRange)
    result.in_range = !ours.empty() && inside(metric, sampled.values(), result.our_mean);
  if (sampled.comparison == ComparedBy::kRank)
    result.rank = random_rank(sampled.values().front(), ours, random);
  result.trained = std::move(retrained);
  return result;
}

bool has_diverged(const SubjectFidelity& about, const ConfigFidelity& config) {
  if (about.metric != "mae") return false;
  return std::max(config.our_mean, config.keras_mean) > kDiverged * about.constant;
}

double share(int part, int whole) {
  return whole == 0 ? 1 : static_cast<double>(part) / static_cast<double>(whole);
}

}  // namespace

double range_margin(const std::string& metric, double value) {
  return metric == "mae" ? kErrorMargin * std::abs(value) : kMargin;
}

SubjectFidelity judge_fidelity(SubjectFidelity about, std::vector<Retrained> retrained,
                               std::uint64_t seed) {
  RandomStream random(seed, 1);
  int in_range = 0, agreeing = 0, with_values = 0, constant = 0, compared = 0;
  std::vector<double> ranks;
  for (Retrained& one : retrained) {
    const ConfigFidelity& result =
        about.configs.emplace_back(judge(std::move(one), about.metric, random));
    agreeing += result.crash_agrees ? 1 : 0;
    const ComparedBy comparison = result.trained.sampled.comparison;
    if (comparison == ComparedBy::kOutcome) {
      ++about.outcome_configs;
      continue;
    }
    ++with_values;
    const double margin = range_margin(about.metric, about.constant);
    constant += std::abs(result.keras_mean - about.constant) <= margin ? 1 : 0;
    if (comparison == ComparedBy::kRange) {
      ++about.range_configs;
      in_range += result.in_range ? 1 : 0;
    } else {
      ++about.rank_configs;
      ranks.push_back(result.rank);
    }
    const double difference = result.our_mean - result.keras_mean;
    if (!std::isfinite(difference) || has_diverged(about, result)) continue;
    ++compared;
    about.mean_difference += difference;
    if (std::abs(difference) > std::abs(about.worst_difference))
      about.worst_difference = difference;
  }
  if (compared > 0) about.mean_difference /= compared;
  about.in_range_share = share(in_range, about.range_configs);
  about.constant_share = with_values == 0 ? 0 : share(constant, with_values);
  about.crash_agreement = share(agreeing, static_cast<int>(about.configs.size()));
  about.rank_p = uniform_p_value(ranks);
  return about;
}

FidelityReport make_fidelity_report(std::vector<SubjectFidelity> subjects, int seeds) {
  FidelityReport report;
  report.seeds = seeds;
  double in_range = 0, agreeing = 0;
  int ranges = 0, configs = 0;
  for (const SubjectFidelity& subject : subjects) {
    in_range += subject.in_range_share * subject.range_configs;
    ranges += subject.range_configs;
    agreeing += subject.crash_agreement * static_cast<double>(subject.configs.size());
    configs += static_cast<int>(subject.configs.size());
  }
  if (ranges > 0) report.in_range_share = in_range / ranges;
  if (configs > 0) report.crash_agreement = agreeing / configs;
  report.subjects = std::move(subjects);
  return report;
}

}  // namespace dlfix::eval
