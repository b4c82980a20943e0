// A model's JSON dictionary -> changes of the program's hyperparameters, validated against the
// program.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::mapping {

enum class PatchOutcome {
  kOk,
  kOkWithRepairs,  ///< used, after repairs that `repairs` lists
  kNoJson,
  kBadJson,
  kUnknownKey,    ///< none of its keys is a hyperparameter of the program
  kUnknownValue,  ///< a name that Keras does not have
  kType,
  kOutOfRange,
  kNoChange,  ///< the program's own values
  kRefusal,
  kTruncated,
};
std::string_view to_string(PatchOutcome outcome);
/// True for kOk, kOkWithRepairs and kNoChange: the config can be trained.
bool is_usable(PatchOutcome outcome);

struct ConfigPatch {
  PatchOutcome outcome = PatchOutcome::kNoJson;
  Config changes;  ///< only what differs from the program
  bool strict_json = false;
  std::vector<std::string> repairs;  ///< "key bach_size read as batch_size", "loss mse read as ..."
  std::vector<std::string> ignored;  ///< keys that the program does not have
  std::string reason;                ///< for outcomes that are not usable
};

/// Reads one reply. Total: any text gives an outcome. A misspelt key is corrected only when exactly
/// one hyperparameter is within edit distance 2 and no other key names it. Values of keys that are
/// known are checked by apply_config's rules.
ConfigPatch read_config_patch(std::string_view reply, const Program& program);

}  // namespace dlfix::mapping
