// What goes wrong inside a network, measured after training.
#pragma once

#include <vector>

#include "trainer/spec/training.h"
#include "trainer/torch/group.h"

namespace dlfix::trainer {

/// Symptoms of each replica: one entry per layer with weights or an activation. `gradient_norms`
/// [R, trainable weights] of the first step, or undefined.
std::vector<std::vector<LayerSymptom>> measure_symptoms(const Group& group, const Rows& rows,
                                                        const Tensor& gradient_norms);

}  // namespace dlfix::trainer
