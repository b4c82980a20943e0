// One vector of features a training.
#pragma once

#include <string>
#include <vector>

#include "eval/learning/labelled_rows.h"
#include "eval/localisers/deepfd/monitor.h"

namespace dlfix::eval {

/// Eight statistics of a column: mean, std, skew, median, var, sem, max, min. Deviations divide by
/// n - 1, skewness is the adjusted one of Fisher and Pearson and 0 for constants; NaN entries are
/// left out; what is undefined or infinite is 0.
/// Source: the functions of pandas.DataFrame of those names, pandas 1.0.5.
constexpr std::size_t kColumnStatistics = 8;
/// mean, std, ...: their names, in that order.
const std::array<std::string, kColumnStatistics>& statistic_names();
std::array<double, kColumnStatistics> column_statistics(const std::vector<double>& values);

/// ft_val_loss, ft_val_accuracy, ft_loss, ft_accuracy, then ft_COLUMN_STATISTIC. 180 names and 16
/// of the curvature; with the quirk shifted_features 148, which say of the column four places
/// behind.
std::vector<std::string> feature_names(const DeepFdQuirks& quirks);

/// The features of a run: the last epoch's validation loss, validation accuracy, loss and accuracy
/// (0: not measured, not finite, or no epoch ended), then the statistics of the monitor's columns
/// over its checks. Errors: InputError of monitor_rows, and for a run without any check.
FeatureRow run_features(const MonitoredRun& run, const DeepFdQuirks& quirks);

/// The same of rows that are known, without the curvature. `last_epoch`: in the order above.
/// Errors: InputError for no rows.
FeatureRow features_of_rows(const std::vector<MonitorRow>& rows,
                            const std::array<double, 4>& last_epoch, const DeepFdQuirks& quirks);

}  // namespace dlfix::eval
