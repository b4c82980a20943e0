// Dropout masks from each replica's own stream.
#pragma once

#include <vector>

#include "trainer/torch/layer.h"

namespace dlfix::trainer {

/// The `rate` attribute of every replica, as it acts. Errors: TrainingFailure (kCrash) for one that
/// Keras refuses.
std::vector<double> dropout_rates(const std::vector<nlohmann::json>& values,
                                  const Profile& profile);

/// [R, rows, shape...]: 1 / (1 - rate) where a unit stays, else 0. `stream` tells masks of one step
/// apart.
Tensor dropout_mask(const std::vector<double>& rates, std::int64_t rows, const Shape& shape,
                    const CallContext& context, std::uint32_t stream);

}  // namespace dlfix::trainer
