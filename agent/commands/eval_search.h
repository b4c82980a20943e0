// `dlfix-agent eval search DIR`
#pragma once

#include "agent/cli/command_line.h"

namespace dlfix::agent {

void add_eval_search_command(CommandLine& line, CLI::App& eval);

}  // namespace dlfix::agent
