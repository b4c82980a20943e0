#include "eval/learning/min_max_scaler.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "eval/learning/model_document.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {

using nlohmann::json;

MinMaxScaler MinMaxScaler::fit(const std::vector<FeatureRow>& rows) {
  if (rows.empty()) throw support::InputError("there is no row to take limits from");
  MinMaxScaler scaler{};
  scaler.min_ = scaler.max_ = rows.front();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    check_features(rows[i], scaler.min_.size(), fmt::format("row {}", i));
    for (std::size_t k = 0; k < scaler.min_.size(); ++k) {
      scaler.min_[k] = std::min(scaler.min_[k], rows[i][k]);
      scaler.max_[k] = std::max(scaler.max_[k], rows[i][k]);
    }
  }
  return scaler;
}

FeatureRow MinMaxScaler::scaled(const FeatureRow& row) const {
  check_features(row, min_.size(), "the row");
  FeatureRow result(row.size());
  for (std::size_t k = 0; k < row.size(); ++k) {
    // Halves: the range of very large numbers is beyond a double.
    const double range = max_[k] / 2 - min_[k] / 2;
    result[k] = range > 0 ? (row[k] / 2 - min_[k] / 2) / range : 0;
  }
  return result;
}

FeatureRow MinMaxScaler::clipped(const FeatureRow& row) const {
  FeatureRow result = scaled(row);
  for (double& value : result) value = std::clamp(value, 0.0, 1.0);
  return result;
}

json MinMaxScaler::to_json() const {
  json document = model_document("min_max_scaler");
  document["min"] = min_;
  document["max"] = max_;
  return document;
}

MinMaxScaler MinMaxScaler::from_json(const json& document) {
  check_model_document(document, "min_max_scaler");
  MinMaxScaler scaler;
  scaler.min_ = model_value<std::vector<double>>(document, "min");
  scaler.max_ = model_value<std::vector<double>>(document, "max");
  bool fits = !scaler.min_.empty() && scaler.min_.size() == scaler.max_.size();
  for (std::size_t k = 0; fits && k < scaler.min_.size(); ++k) {
    fits = scaler.min_[k] <= scaler.max_[k];
  }
  if (!fits) refuse_model(document, "'min' and 'max' are no limits of the same features");
  return scaler;
}

FeatureRow without_undefined(FeatureRow row) {
  std::ranges::replace_if(
      row, [](double x) { return !std::isfinite(x); }, 0.0);
  return row;
}

}  // namespace dlfix::eval
