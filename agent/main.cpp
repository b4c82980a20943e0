#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"

int main(int argc, char** argv) {
  dlfix::agent::install_interrupt_handlers();
  dlfix::agent::CommandLine line;
  dlfix::agent::add_all_commands(line);
  return line.run(argc, argv);
}
