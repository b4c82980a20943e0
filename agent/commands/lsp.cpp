// `dlfix-agent lsp`
#include <unistd.h>

#include <memory>

#include "agent/cli/interrupt.h"
#include "agent/commands/common_options.h"
#include "agent/commands/scratch_folder.h"
#include "agent/commands/serve.h"
#include "agent/lsp/server.h"

namespace dlfix::agent {
namespace {

struct LspCommand {
  std::string python = "python3";
  std::string store;
};

int speak(const LspCommand& command) {
  install_interrupt_handlers();
  const std::string executable = own_executable();
  const Resources resources = find_resources(executable);
  const ScratchFolder scratch;
  serve::ProbePoolOptions pool;
  pool.python = command.python;
  pool.probe_directory = resources.probe_directory();
  pool.folders = {"/"};  // the editor opens what the user may read
  pool.workers = 1;
  serve::ProbePool probes(pool);
  serve::StaticAnalysisOptions options;
  options.scratch = scratch.path();
  serve::StaticAnalysis analysis(options, probes);
  lsp::RepairSettings repair;
  repair.executable = executable;
  repair.store = command.store;
  return lsp::serve_editor(analysis, repair, STDIN_FILENO, STDOUT_FILENO);
}

}  // namespace

void add_lsp_command(CommandLine& line) {
  auto command = std::make_shared<LspCommand>();
  CLI::App& app = line.add("lsp", "A language server for editors, on standard input and output",
                           [command](const CommandContext&) { return speak(*command); });
  app.add_flag("--stdio")->description("Standard input and output, as always; editors say so");
  app.add_option("--python", command->python, "Python interpreter that reads programs")
      ->capture_default_str();
  add_store_option(app, command->store);
}

}  // namespace dlfix::agent
