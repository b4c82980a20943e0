// Do labels depend on inputs at all? Judged against the same labels in random order.
#pragma once

#include <cstdint>
#include <vector>

#include "eval/evidence/data_view.h"

namespace dlfix::eval {

struct Dependence {
  /// Largest standard score of: agreement with the nearest neighbours, strongest and mean relation
  /// of a single feature, cross-checked nearest class centre.
  double z = 0;
  double agreement = 0;  ///< share of the three nearest neighbours on the same side or of the class
  double chance = 0;     ///< the same for labels in random order
};

/// Permutation test over the rows of `inputs` (features are standardised here; constant ones are
/// left out). `classes`: labels are class numbers; otherwise quantities, split at their median.
/// Independent data give z below 3.5 in all but about 1 of 200 cases. Cost: O(rows^2 columns).
/// Requires: as many labels as rows.
Dependence measure_dependence(const Table& inputs, const std::vector<double>& labels, bool classes,
                              std::uint64_t seed);

}  // namespace dlfix::eval
