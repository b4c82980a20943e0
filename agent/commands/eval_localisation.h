// `dlfix-agent eval localisation`.
#pragma once

#include "agent/cli/command_line.h"

namespace dlfix::agent {

void add_eval_localisation_command(CommandLine& line, CLI::App& eval);

}  // namespace dlfix::agent
