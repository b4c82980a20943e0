// Every command of dlfix-agent. A new one: one file that defines its add_..., one line here and one
// in add_all_commands.
#pragma once

#include "agent/cli/command_line.h"

namespace dlfix::agent {

void add_bench_command(CommandLine& line);
void add_compare_command(CommandLine& line);
void add_faults_command(CommandLine& line);
void add_inspect_command(CommandLine& line);
void add_eval_command(CommandLine& line);
void add_localise_command(CommandLine& line);
void add_mutate_command(CommandLine& line);
void add_neutrality_command(CommandLine& line);
void add_repair_command(CommandLine& line);
void add_prompt_command(CommandLine& line);
void add_providers_command(CommandLine& line);
void add_store_command(CommandLine& line);
void add_data_command(CommandLine& line);
void add_recordings_command(CommandLine& line);
void add_rules_command(CommandLine& line);

void add_all_commands(CommandLine& line);

}  // namespace dlfix::agent
