#include "eval/localisers/deepfd/curvature_features.h"

#include <algorithm>

#include "eval/learning/min_max_scaler.h"
#include "eval/localisers/deepfd/run_features.h"

namespace dlfix::eval {
namespace {

constexpr double kLargest = 1e6;

void append(const std::vector<double>& values, FeatureRow& features) {
  if (values.empty()) {
    features.insert(features.end(), kColumnStatistics, 0.0);
    return;
  }
  const auto statistics = column_statistics(values);
  features.insert(features.end(), statistics.begin(), statistics.end());
}

}  // namespace

std::vector<std::string> curvature_feature_names() {
  std::vector<std::string> names;
  for (const char* column : {"curvature", "stability"}) {
    for (const std::string& statistic : statistic_names()) {
      names.push_back(std::string("ft_") + column + "_" + statistic);
    }
  }
  return names;
}

FeatureRow curvature_features(const MonitoredRun& run) {
  std::vector<double> curvature, stability;
  for (const MonitorCheck& check : run.checks) {
    if (!check.curvature) continue;
    curvature.push_back(std::clamp(*check.curvature, -kLargest, kLargest));
    stability.push_back(std::clamp(*check.curvature * check.learning_rate, -kLargest, kLargest));
  }
  FeatureRow features;
  append(curvature, features);
  append(stability, features);
  return without_undefined(std::move(features));
}

}  // namespace dlfix::eval
