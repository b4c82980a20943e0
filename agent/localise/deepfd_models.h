// What DeepFD has learnt, as shipped.
#pragma once

#include "agent/cli/resources.h"
#include "eval/localisers/deepfd/deepfd_model.h"
#include "eval/repairers/tool_reading.h"

namespace dlfix::agent {

/// The model of a reading: data/deepfd/mended.json or study.json (which the faithful reading has,
/// too), made by scripts/learn_deepfd. Errors: EnvironmentError when it is not there; InputError as
/// DeepFdModel::from_json.
eval::DeepFdModel shipped_deepfd_model(const Resources& resources, eval::ToolReading reading);

}  // namespace dlfix::agent
