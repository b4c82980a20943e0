// `dlfix-agent eval published DIR`
#pragma once

#include "agent/cli/command_line.h"

namespace dlfix::agent {

void add_eval_published_command(CommandLine& line, CLI::App& eval);

}  // namespace dlfix::agent
