// `dlfix-agent eval deepfd TABLE`
#pragma once

#include "agent/cli/command_line.h"

namespace dlfix::agent {

void add_eval_deepfd_command(CommandLine& line, CLI::App& eval);

}  // namespace dlfix::agent
