// What a predictor that ignores its inputs reaches: the yardstick of "learns nothing".
#pragma once

#include <string_view>

#include "eval/metrics/labels.h"

namespace dlfix::eval {

struct Baseline {
  double value;          ///< the metric
  double noise;          ///< one standard error of `value` by the number of evaluation rows
  std::string sentence;  ///< "always answering class 3 gives accuracy 0.112"
};

/// Metrics of classes (accuracy, f1, auc): the training majority class. mae, mse: the training mean
/// of each output. loss: with a cross-entropy the training class shares as probabilities, with an
/// absolute-error loss as mae, otherwise as mse.
/// Requires: equal widths. Value is NaN when either side has no rows.
Baseline constant_baseline(std::string_view metric, std::string_view loss, const Labels& training,
                           const Labels& evaluation);

}  // namespace dlfix::eval
