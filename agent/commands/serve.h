// The commands that editors start. They stand in a library of their own, above the other commands.
#pragma once

#include "agent/cli/command_line.h"

namespace dlfix::agent {

void add_serve_command(CommandLine& line);
void add_lsp_command(CommandLine& line);

}  // namespace dlfix::agent
