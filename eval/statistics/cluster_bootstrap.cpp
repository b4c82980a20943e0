#include "eval/statistics/cluster_bootstrap.h"

#include <cmath>
#include <limits>
#include <vector>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval {

Interval bootstrap_clusters(std::size_t clusters,
                            const std::function<double(std::span<const std::size_t>)>& statistic,
                            const BootstrapOptions& options) {
  std::vector<double> values;
  std::vector<std::size_t> drawn(clusters);
  RandomStream random(options.seed);
  for (int i = 0; clusters > 0 && i < options.repeats; ++i) {
    for (std::size_t& cluster : drawn) cluster = random.index(clusters);
    const double value = statistic(drawn);
    if (!std::isnan(value)) values.push_back(value);
  }
  if (values.empty()) {
    constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
    return {kNone, kNone};
  }
  const double tail = (1 - options.confidence) / 2;
  return {quantile(values, tail), quantile(values, 1 - tail)};
}

}  // namespace dlfix::eval
