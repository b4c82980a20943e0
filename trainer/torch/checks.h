// What Keras would refuse about a request before or during its fit.
#pragma once

#include "trainer/spec/training.h"
#include "trainer/torch/group.h"

namespace dlfix::trainer {

/// Builds the model for one replica without drawing weights and checks fit, data and loss.
/// Returns the numbers that one replica keeps in memory while training, in bytes.
/// Errors: TrainingFailure naming what is wrong.
double check_request(const TrainingRequest& request, const FitData& data, const Profile& profile);

}  // namespace dlfix::trainer
