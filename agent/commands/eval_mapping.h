// `dlfix-agent eval mapping GOLD.csv`
#pragma once

#include "agent/cli/command_line.h"

namespace dlfix::agent {

void add_eval_mapping_command(CommandLine& line, CLI::App& eval);

}  // namespace dlfix::agent
