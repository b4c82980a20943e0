// What classifiers learn from: rows of features, each with one label for every output.
#pragma once

#include <string>
#include <vector>

namespace dlfix::eval {

using FeatureRow = std::vector<double>;
using LabelRow = std::vector<int>;  ///< one label for each output; multi-label: 0 or 1 for each

struct LabelledRows {
  std::vector<FeatureRow> features;
  std::vector<LabelRow> labels;
};

/// [output]: its labels, ascending, each once.
using OutputClasses = std::vector<std::vector<int>>;
/// [output][class]: shares, which sum to 1 in each output.
using ClassShares = std::vector<std::vector<double>>;

/// Errors: InputError unless there is a row, every row has the same features and outputs (at least
/// one of each), one label row belongs to each feature row, and every feature is finite; names the
/// row and the column.
void check_rows(const LabelledRows& rows);
/// Errors: InputError unless the row has `width` features, all finite. `place`: "row 3".
void check_features(const FeatureRow& row, std::size_t width, const std::string& place);

/// Requires: checked rows.
OutputClasses classes_of(const std::vector<LabelRow>& labels);
/// Labels as indexes into their classes. Requires: every label is among them.
std::vector<LabelRow> encoded(const std::vector<LabelRow>& labels, const OutputClasses& classes);
/// Each output's class of the largest share, the smallest label among equals.
LabelRow likeliest(const ClassShares& shares, const OutputClasses& classes);

}  // namespace dlfix::eval
