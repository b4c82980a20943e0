// One look at a group as it is: forward in inference and backward over some rows, changing nothing.
#pragma once

#include <vector>

#include "trainer/spec/trace.h"
#include "trainer/torch/group.h"
#include "trainer/torch/number_summary.h"

namespace dlfix::trainer {

/// What was asked of a look, per replica.
struct ProbeNumbers {
  std::vector<double> loss;  ///< [R] mean over the rows, penalties included
  Tensor gradients;          ///< [R, P] on the host, penalties included; undefined: not asked for
  /// [layer][replica], empty for layers that are not called or when not asked for.
  std::vector<std::vector<NumberSummary>> outputs, output_gradients;
};

/// Looks at `count` rows from `first` on (in their stored order). `spec` says what is wanted.
/// Rows go through in parts of a fixed size, so that neither memory nor the numbers depend on what
/// trains beside a replica.
ProbeNumbers probe_group(const Group& group, const Rows& rows, std::int64_t first,
                         std::int64_t count, const TraceSpec& spec);

/// Second derivative of the probe's loss along the unit vector of its gradient, per replica: how
/// the gradient changes over a step of a hundredth, in which the weights are moved and then put
/// back exactly. `gradients` [R, P]: of the probe. NaN for a gradient that is 0 or not finite.
std::vector<double> probe_curvature(const Group& group, const Rows& rows, std::int64_t first,
                                    std::int64_t count, const Tensor& gradients);

}  // namespace dlfix::trainer
