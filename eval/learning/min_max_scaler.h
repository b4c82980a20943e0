// Features brought to [0, 1] by the limits of the training rows.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "eval/learning/labelled_rows.h"

namespace dlfix::eval {

class MinMaxScaler {
 public:
  /// Errors: InputError for no rows, rows of different lengths, numbers that are not finite.
  static MinMaxScaler fit(const std::vector<FeatureRow>& rows);

  /// (x - min) / (max - min), not cut off where a row lies beyond the training rows; 0 for features
  /// that were constant in them. Errors: InputError of check_features.
  FeatureRow scaled(const FeatureRow& row) const;
  /// The same, cut off at 0 and 1. Errors: the same.
  /// Source: scikit-learn 1.2, MinMaxScaler(clip=True).
  FeatureRow clipped(const FeatureRow& row) const;

  std::size_t features() const { return min_.size(); }
  /// {"kind": "min_max_scaler", "min", "max"}.
  nlohmann::json to_json() const;
  /// Errors: InputError naming what is missing or does not fit.
  static MinMaxScaler from_json(const nlohmann::json& document);

 private:
  std::vector<double> min_, max_;
};

/// The row with 0 for what is not a finite number.
FeatureRow without_undefined(FeatureRow row);

}  // namespace dlfix::eval
