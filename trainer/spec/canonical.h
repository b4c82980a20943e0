// The canonical JSON that keys are made of.
#pragma once

#include <nlohmann/json.hpp>

#include "trainer/spec/training.h"

namespace dlfix::trainer {

/// A request without paths, layer names and source lines: arrays by their sha256, row lists by a
/// hash of the indices, the metric by its canonical name. Errors: InputError naming an array that
/// has no sha256.
nlohmann::json canonical_request(const TrainingRequest& request);

/// Equal values give equal text: keys sorted, whole numbers without a point, -0 as 0.
std::string canonical_text(const nlohmann::json& value);

}  // namespace dlfix::trainer
