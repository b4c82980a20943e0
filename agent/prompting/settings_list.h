// The settings of a program as an assist prompt lists them.
#pragma once

#include <string>
#include <vector>

#include "mapping/program/program.h"
#include "prompts/answer_schema.h"
#include "prompts/assist.h"

namespace dlfix::agent {

/// The hyperparameters that an answer may change: those named in `names`, or all that can be edited
/// when it is empty.
std::vector<const mapping::Hyperparameter*> changeable(const mapping::Program& program,
                                                       const std::vector<std::string>& names);

/// "activation of layer 3 (Dense)"; what may be inserted says so.
std::string describe_setting(const mapping::Program& program,
                             const mapping::Hyperparameter& setting);

/// With value and line.
prompts::Setting setting_with_value(const mapping::Program& program,
                                    const mapping::Hyperparameter& setting);

/// What values the setting takes, for the answer's schema.
prompts::AnswerKey answer_key(const mapping::Hyperparameter& setting);

}  // namespace dlfix::agent
