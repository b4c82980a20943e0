// `dlfix-agent inspect FILE`
#include <fmt/format.h>

#include "agent/cli/exit_codes.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/commands/scratch_folder.h"
#include "agent/output/program_text.h"
#include "mapping/program/edits.h"
#include "mapping/program/probe.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

struct InspectOptions {
  ReadingOptions reading;
  bool run = false;
  bool as_config = false;
};

int print_config_form(const mapping::Program& program) {
  const mapping::EditPlan plan = mapping::plan_config_form(program);
  for (const auto& refusal : plan.refusals) {
    fmt::print(stderr, "note: {} stays as it is: {}\n", refusal.hyperparameter, refusal.reason);
  }
  const auto texts = mapping::apply_edits(mapping::read_sources(program), plan);
  const auto main = texts.find(program.path);
  fmt::print("{}",
             main == texts.end() ? mapping::read_sources(program).at(program.path) : main->second);
  return kExitSuccess;
}

int inspect(const InspectOptions& options, const CommandContext& context) {
  const Resources resources = find_resources(own_executable());
  const ScratchFolder scratch;
  const auto probe = probe_options(options.reading, context, resources, scratch.path());
  const mapping::Program program =
      read_program(options.reading, probe, scratch.path(), options.run);
  if (options.as_config) return print_config_form(program);
  if (context.json) {
    print_json(program.document);
  } else {
    fmt::print("{}", program_text(program));
  }
  return kExitSuccess;
}

}  // namespace

void add_inspect_command(CommandLine& line) {
  auto options = std::make_shared<InspectOptions>();
  CLI::App& command =
      line.add("inspect", "What a program trains: layers, hyperparameters with line numbers, data",
               [options](const CommandContext& context) { return inspect(*options, context); });
  add_reading_options(command, options->reading);
  command.add_flag("--run", options->run, "Run the program's data code, for shapes and values");
  command.add_flag("--as-config", options->as_config,
                   "Print the program with config[\"...\"] in place of its values");
  add_json_option(command);
}

}  // namespace dlfix::agent
