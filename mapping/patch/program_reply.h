// Replies that show a program or a diff where a dictionary was asked for.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "mapping/patch/config_patch.h"
#include "mapping/program/probe.h"

namespace dlfix::mapping {

/// The Python program in a reply: the longest fenced block that trains a model (it names `fit` or
/// `compile`), or the whole reply when it has no fence and begins like a program. nullopt: none.
std::optional<std::string> program_in(std::string_view reply);

/// `source` with the reply's unified diff applied. Hunks are found by their lines, blanks at line
/// ends aside, near the place that they name first: models miscount. nullopt: the reply has no
/// hunk; then, or when a hunk fits nowhere or in several places, `problem` says so.
std::optional<std::string> apply_reply_diff(std::string_view reply, const std::string& source,
                                            std::string& problem);

/// As read_config_patch; a reply without a usable dictionary is read as a program or as a diff of
/// the program's main file, whose hyperparameters are then compared with the program's own (repair
/// "read from a program", "read from a diff"). Where the answer changes the layers themselves, the
/// hyperparameters of layers are left out and `ignored` has "layers". Executes nothing of the
/// reply. Errors: EnvironmentError (no interpreter, no room for a temporary file).
ConfigPatch read_patch(std::string_view reply, const Program& program, const ProbeOptions& probe);

}  // namespace dlfix::mapping
