#include "eval/localisers/deepfd/run_features.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eval/learning/min_max_scaler.h"
#include "eval/localisers/deepfd/curvature_features.h"
#include "eval/statistics/descriptive.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

constexpr std::size_t kLostColumns = 4;
constexpr std::size_t kFirstCounter = 6, kLastCounter = 8;  // died_relu to explode_gradient

double skewness(const std::vector<double>& values) {
  const auto n = static_cast<double>(values.size());
  if (values.size() < 3) return 0;
  const double centre = mean(values);
  double second = 0;
  double third = 0;
  for (const double value : values) {
    const double distance = value - centre;
    second += distance * distance;
    third += distance * distance * distance;
  }
  // What rounding leaves of a constant is no spread; pandas has the same bound.
  if (second < 1e-14) return 0;
  return n * std::sqrt(n - 1) / (n - 2) * third / std::pow(second, 1.5);
}

std::vector<double> column_of(const std::vector<MonitorRow>& rows, std::size_t column) {
  std::vector<double> values;
  for (const MonitorRow& row : rows) values.push_back(row[column]);
  return values;
}

bool is_text(const std::vector<double>& values, std::size_t column, const DeepFdQuirks& quirks) {
  return quirks.text_counters && column >= kFirstCounter && column <= kLastCounter &&
         values.front() == 0 && values.back() > 0;
}

}  // namespace

const std::array<std::string, kColumnStatistics>& statistic_names() {
  static const std::array<std::string, kColumnStatistics> kNames = {"mean", "std", "skew", "median",
                                                                    "var",  "sem", "max",  "min"};
  return kNames;
}

std::array<double, kColumnStatistics> column_statistics(const std::vector<double>& values) {
  std::vector<double> known;
  for (const double value : values) {
    if (!std::isnan(value)) known.push_back(value);
  }
  std::array<double, kColumnStatistics> result{};
  if (known.empty()) return result;
  const double sd = sample_sd(known);
  result = {mean(known),
            sd,
            skewness(known),
            median(known),
            sd * sd,
            sd / std::sqrt(static_cast<double>(known.size())),
            std::ranges::max(known),
            std::ranges::min(known)};
  std::ranges::replace_if(
      result, [](double x) { return !std::isfinite(x); }, 0.0);
  return result;
}

std::vector<std::string> feature_names(const DeepFdQuirks& quirks) {
  std::vector<std::string> names = {"ft_val_loss", "ft_val_accuracy", "ft_loss", "ft_accuracy"};
  const std::size_t columns = kMonitorColumns - (quirks.shifted_features ? kLostColumns : 0);
  for (std::size_t column = 0; column < columns; ++column) {
    for (const std::string& statistic : statistic_names()) {
      names.push_back("ft_" + monitor_columns()[column] + "_" + statistic);
    }
  }
  if (quirks.without_curvature) return names;
  const auto more = curvature_feature_names();
  names.insert(names.end(), more.begin(), more.end());
  return names;
}

FeatureRow features_of_rows(const std::vector<MonitorRow>& rows,
                            const std::array<double, 4>& last_epoch, const DeepFdQuirks& quirks) {
  if (rows.empty()) throw support::InputError("the run was never checked: it has no features");
  FeatureRow features(last_epoch.begin(), last_epoch.end());
  const std::size_t first = quirks.shifted_features ? kLostColumns : 0;
  for (std::size_t column = first; column < kMonitorColumns; ++column) {
    const std::vector<double> values = column_of(rows, column);
    std::array<double, kColumnStatistics> statistics = column_statistics(values);
    if (is_text(values, column, quirks)) statistics = {0, 0, 0, 0, 0, 0, 0, 1};
    features.insert(features.end(), statistics.begin(), statistics.end());
  }
  return without_undefined(std::move(features));
}

FeatureRow run_features(const MonitoredRun& run, const DeepFdQuirks& quirks) {
  std::array<double, 4> last_epoch{};
  for (const HistoryRecord& record : run.history) {
    if (!record.after_epoch) continue;
    last_epoch = {record.val_loss.value_or(0), record.val_acc.value_or(0), record.loss,
                  record.acc.value_or(0)};
  }
  FeatureRow features = features_of_rows(monitor_rows(run, quirks), last_epoch, quirks);
  if (quirks.without_curvature) return features;
  const FeatureRow more = curvature_features(run);
  features.insert(features.end(), more.begin(), more.end());
  return features;
}

}  // namespace dlfix::eval
