// `dlfix-agent eval stopping [CURVES]`
#pragma once

#include "agent/cli/command_line.h"

namespace dlfix::agent {

void add_eval_stopping_command(CommandLine& line, CLI::App& eval);

}  // namespace dlfix::agent
