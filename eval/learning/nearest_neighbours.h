// k nearest neighbours (Cover and Hart, Nearest Neighbor Pattern Classification, 1967).
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <vector>

#include "eval/learning/labelled_rows.h"

namespace dlfix::eval {

class NearestNeighbours {
 public:
  /// `k` neighbours by Euclidean distance, each with one vote; 5 is scikit-learn's default.
  /// Errors: InputError of check_rows, for k = 0 and for fewer rows than k.
  /// Source: scikit-learn 1.2, KNeighborsClassifier(weights="uniform").
  static NearestNeighbours fit(LabelledRows rows, std::size_t k = 5);

  /// Shares among the neighbours. Of rows at the same distance those that come first in the table
  /// are nearer (scikit-learn leaves that to its search). Errors: InputError of check_features.
  ClassShares predict_proba(const FeatureRow& row) const;
  /// Per output the majority, the smallest label among equals.
  LabelRow predict(const FeatureRow& row) const;

  const OutputClasses& classes() const { return classes_; }
  std::size_t k() const { return k_; }
  std::size_t features() const { return rows_.features.front().size(); }

  /// {"kind": "nearest_neighbours", "k", "rows", "labels"}.
  nlohmann::json to_json() const;
  /// Errors: InputError naming what is missing or does not fit.
  static NearestNeighbours from_json(const nlohmann::json& document);

 private:
  std::vector<std::size_t> neighbours(const FeatureRow& row) const;

  std::size_t k_ = 0;
  LabelledRows rows_;
  OutputClasses classes_;
  std::vector<LabelRow> encoded_;
};

}  // namespace dlfix::eval
