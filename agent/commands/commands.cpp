#include "agent/commands/commands.h"

namespace dlfix::agent {

void add_all_commands(CommandLine& line) {
  add_inspect_command(line);
  add_eval_command(line);
  add_bench_command(line);
  add_localise_command(line);
  add_rules_command(line);
  add_prompt_command(line);
  add_repair_command(line);
  add_neutrality_command(line);
  add_mutate_command(line);
  add_compare_command(line);
  add_faults_command(line);
  add_data_command(line);
  add_recordings_command(line);
  add_providers_command(line);
  add_store_command(line);
}

}  // namespace dlfix::agent
