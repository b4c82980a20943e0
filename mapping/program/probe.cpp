#include "mapping/program/probe.h"

#include <fmt/format.h>

#include "mapping/program/probe_process.h"
#include "trainer/support/errors.h"

namespace dlfix::mapping {
namespace {

void add_option(std::vector<std::string>& arguments, const char* name, const std::string& value) {
  if (!value.empty()) arguments.insert(arguments.end(), {name, value});
}

std::vector<std::string> common_arguments(const char* command, const std::string& program,
                                          const ProbeOptions& options) {
  std::vector<std::string> arguments = {command, program};
  add_option(arguments, "--model", options.model);
  add_option(arguments, "--config", options.config_file);
  add_option(arguments, "--name-map", options.name_map_file);
  add_option(arguments, "--keras-profile", options.profile);
  return arguments;
}

/// What follows `--` is the program's.
void add_program_arguments(std::vector<std::string>& arguments, const ProbeOptions& options) {
  if (options.arguments.empty()) return;
  arguments.push_back("--");
  arguments.insert(arguments.end(), options.arguments.begin(), options.arguments.end());
}

}  // namespace

Program inspect_program(const std::string& program, const ProbeOptions& options) {
  auto arguments = common_arguments("inspect", program, options);
  add_program_arguments(arguments, options);
  // Any Python will do, so that the first is not asked whether it does: that would take as long as
  // the reading. One that cannot be started, or is too old, gives no answer.
  nlohmann::json document;
  try {
    document = run_probe(first_interpreter(options), arguments, options);
  } catch (const support::EnvironmentError&) {
    document = nullptr;
  }
  if (!document.contains("models")) {
    document = run_probe(find_interpreter(program, options, false), arguments, options);
  }
  return parse_program(document, "");
}

Program capture_program(const std::string& program, const std::string& directory,
                        const ProbeOptions& options) {
  const std::string python = find_interpreter(program, options, true);
  auto arguments = common_arguments("capture", program, options);
  arguments.insert(arguments.end(), {"--out", directory});
  add_option(arguments, "--cwd", options.working_directory);
  add_option(arguments, "--data-dir", options.data_directory);
  add_option(arguments, "--frontend", options.frontend);
  add_option(arguments, "--timeout", fmt::format("{}", options.timeout.count()));
  add_option(arguments, "--memory", fmt::format("{}", options.memory_mb));
  add_program_arguments(arguments, options);
  return parse_program(run_probe(python, arguments, options), directory);
}

}  // namespace dlfix::mapping
