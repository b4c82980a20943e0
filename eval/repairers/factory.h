// Repairers by name.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "eval/repairers/repairer.h"
#include "eval/repairers/tool_reading.h"

namespace dlfix::eval {

/// What a name leaves open.
struct RepairerOptions {
  ToolReading tools = ToolReading::kMended;  ///< of published tools (autotrainer, bohb, hebo)
  /// bohb: trainings of fewer epochs first. False: every training in full.
  bool partial_trainings = true;
};

/// guided, random, autotrainer, bohb, hebo; a published tool also with its reading (hebo-study,
/// bohb-faithful, hebo-mended) and bohb-flat, whose trainings are all in full. Errors: InputError
/// naming the known ones.
std::unique_ptr<Repairer> make_repairer(std::string_view name, const RepairerOptions& options = {});
std::vector<std::string> repairer_names();

}  // namespace dlfix::eval
