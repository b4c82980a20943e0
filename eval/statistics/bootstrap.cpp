#include "eval/statistics/bootstrap.h"

#include <limits>
#include <stdexcept>
#include <vector>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval {
namespace {

double resampled_mean(std::span<const double> values, RandomStream& random) {
  double sum = 0;
  for (std::size_t i = 0; i < values.size(); ++i) sum += values[random.index(values.size())];
  return sum / static_cast<double>(values.size());
}

Interval percentile(const std::vector<double>& draws, double confidence) {
  const double tail = (1 - confidence) / 2;
  return {quantile(draws, tail), quantile(draws, 1 - tail)};
}

constexpr Interval kNone{std::numeric_limits<double>::quiet_NaN(),
                         std::numeric_limits<double>::quiet_NaN()};

}  // namespace

Interval bootstrap_paired(std::span<const double> first, std::span<const double> second,
                          const BootstrapOptions& options) {
  if (first.size() != second.size()) {
    throw std::invalid_argument("bootstrap_paired: the samples differ in length");
  }
  if (first.empty()) return kNone;
  std::vector<double> differences(first.size());
  for (std::size_t i = 0; i < first.size(); ++i) differences[i] = second[i] - first[i];
  RandomStream random(options.seed);
  std::vector<double> draws;
  for (int i = 0; i < options.repeats; ++i) draws.push_back(resampled_mean(differences, random));
  return percentile(draws, options.confidence);
}

Interval bootstrap_unpaired(std::span<const double> first, std::span<const double> second,
                            const BootstrapOptions& options) {
  if (first.empty() || second.empty()) return kNone;
  RandomStream random(options.seed);
  std::vector<double> draws;
  for (int i = 0; i < options.repeats; ++i) {
    const double base = resampled_mean(first, random);
    draws.push_back(resampled_mean(second, random) - base);
  }
  return percentile(draws, options.confidence);
}

}  // namespace dlfix::eval
