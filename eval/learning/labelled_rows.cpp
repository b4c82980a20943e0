#include "eval/learning/labelled_rows.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "trainer/support/errors.h"

namespace dlfix::eval {

using support::InputError;

void check_features(const FeatureRow& row, std::size_t width, const std::string& place) {
  if (row.size() != width) {
    throw InputError(
        fmt::format("{} has {} features where {} are needed", place, row.size(), width));
  }
  const auto bad = std::ranges::find_if_not(row, [](double x) { return std::isfinite(x); });
  if (bad != row.end()) {
    throw InputError(fmt::format("{}, feature {} is {}", place, bad - row.begin(), *bad),
                     "replace what is not a finite number first");
  }
}

void check_rows(const LabelledRows& rows) {
  if (rows.features.empty()) throw InputError("there is no row to learn from");
  if (rows.labels.size() != rows.features.size()) {
    throw InputError(fmt::format("there are {} rows of features and {} of labels",
                                 rows.features.size(), rows.labels.size()));
  }
  const std::size_t width = rows.features.front().size();
  const std::size_t outputs = rows.labels.front().size();
  if (width == 0) throw InputError("the rows have no features");
  if (outputs == 0) throw InputError("the rows have no labels");
  for (std::size_t row = 0; row < rows.features.size(); ++row) {
    check_features(rows.features[row], width, fmt::format("row {}", row));
    if (rows.labels[row].size() != outputs) {
      throw InputError(fmt::format("row {} has {} labels where {} are needed", row,
                                   rows.labels[row].size(), outputs));
    }
  }
}

OutputClasses classes_of(const std::vector<LabelRow>& labels) {
  OutputClasses classes(labels.front().size());
  for (std::size_t output = 0; output < classes.size(); ++output) {
    std::vector<int>& found = classes[output];
    for (const LabelRow& row : labels) found.push_back(row[output]);
    std::ranges::sort(found);
    found.erase(std::unique(found.begin(), found.end()), found.end());
  }
  return classes;
}

std::vector<LabelRow> encoded(const std::vector<LabelRow>& labels, const OutputClasses& classes) {
  std::vector<LabelRow> result = labels;
  for (LabelRow& row : result) {
    for (std::size_t output = 0; output < row.size(); ++output) {
      const auto& known = classes[output];
      row[output] = static_cast<int>(std::ranges::lower_bound(known, row[output]) - known.begin());
    }
  }
  return result;
}

LabelRow likeliest(const ClassShares& shares, const OutputClasses& classes) {
  LabelRow result;
  for (std::size_t output = 0; output < shares.size(); ++output) {
    const auto best = std::ranges::max_element(shares[output]) - shares[output].begin();
    result.push_back(classes[output][static_cast<std::size_t>(best)]);
  }
  return result;
}

}  // namespace dlfix::eval
