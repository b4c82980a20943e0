// Measuring trained replicas on rows.
#pragma once

#include <string>
#include <vector>

#include "trainer/torch/group.h"

namespace dlfix::trainer {

struct Measured {
  double loss = 0;              ///< penalties included, as Keras reports it
  std::vector<double> metrics;  ///< in the order asked for
  std::vector<float> row_values;
  std::vector<float> scores;
  std::vector<std::int32_t> classes;
};

/// One Measured per replica, without dropout and with moving statistics. `metrics`: canonical
/// names; the first is what row_values follow. `details`: also fill the per-row lists.
std::vector<Measured> evaluate(const Group& group, const Rows& rows,
                               const std::vector<std::string>& metrics, bool details);

}  // namespace dlfix::trainer
