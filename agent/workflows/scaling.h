// Features standardised by the training rows, for the `scale` change.
#pragma once

#include <string>

#include "trainer/spec/training.h"

namespace dlfix::agent {

/// Mean 0 and standard deviation 1 per feature (index of the last dimension), measured on the rows
/// of `request.train` and applied to training, validation and evaluation rows alike. The scaled
/// arrays are written once per content into `directory` as float32. Errors: as NpyArray::open;
/// EnvironmentError when `directory` cannot be written.
void scale_inputs(trainer::TrainingRequest& request, const std::string& directory);

}  // namespace dlfix::agent
