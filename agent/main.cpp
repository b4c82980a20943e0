#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"
#include "agent/commands/serve.h"

int main(int argc, char** argv) {
  dlfix::agent::install_interrupt_handlers();
  dlfix::agent::CommandLine line;
  dlfix::agent::add_all_commands(line);
  dlfix::agent::add_serve_command(line);
  dlfix::agent::add_lsp_command(line);
  return line.run(argc, argv);
}
