#include "agent/commands/common_options.h"

#include <filesystem>
#include <fstream>
#include <iostream>

#include "agent/cli/interrupt.h"
#include "agent/settings/manifest.h"
#include "agent/store/store.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {

void add_json_option(CLI::App& command) {
  // The value is read before parsing, so that errors of parsing are answered in JSON as well.
  command.add_flag("--json")->description(
      "One JSON document on standard output, nothing else there");
}

void add_store_option(CLI::App& command, std::string& file) {
  file = default_store_path();
  command.add_option("--store", file, "Run store")->envname("DLFIX_STORE")->capture_default_str();
}

void add_reading_options(CLI::App& command, ReadingOptions& options) {
  command.add_option(kProgramOption, options.program, "Keras program (.py)")->required();
  command.add_option("--python", options.python, "Python interpreter that reads the program");
  command.add_option("--model", options.model, "Which model, by its variable's name");
  command.add_option("--config", options.config, "JSON file with the values of config[\"...\"]");
  command.add_option("--cwd", options.cwd, "Working directory the program runs in");
  command.add_option("--data-dir", options.data_dir, "Where keras.datasets files lie")
      ->envname("DLFIX_DATA");
  command.add_option("--frontend", options.frontend, "What runs the program's own code")
      ->check(CLI::IsMember({"auto", "standin", "keras"}))
      ->capture_default_str();
  command.add_option("--keras-profile", options.profile, "Keras version to train like")
      ->check(CLI::IsMember({"tf23", "tf24", "tf211", "keras3", "keras231", "keras22"}));
  command
      .add_option("--capture-timeout", options.timeout_seconds,
                  "Seconds that the program's data code may take")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  command
      .add_option("--capture-memory", options.memory_mb,
                  "MB of memory that the program's data code may take")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
}

void check_program_file(const std::string& program) {
  std::error_code error;
  if (std::filesystem::is_regular_file(program, error)) return;
  const bool there = std::filesystem::exists(program, error);
  throw support::InputError(program + (there ? ": is not a file" : ": there is no such file"),
                            "give the path of a Keras program (.py)");
}

mapping::ProbeOptions probe_options(const ReadingOptions& options, const CommandContext& context,
                                    const Resources& resources, const std::string& scratch) {
  check_program_file(options.program);
  mapping::ProbeOptions probe;
  probe.probe_directory = resources.probe_directory();
  probe.python = options.python;
  probe.model = options.model;
  probe.config_file = options.config;
  probe.working_directory = options.cwd;
  probe.data_directory = options.data_dir;
  probe.frontend = options.frontend;
  probe.profile = options.profile;
  probe.arguments = context.program_arguments;
  probe.timeout = std::chrono::seconds(options.timeout_seconds);
  probe.memory_mb = options.memory_mb;
  probe.cancel = &interrupt_requested();
  const auto manifest = find_manifest(options.program);
  if (manifest && probe.profile.empty()) probe.profile = manifest->profile;
  nlohmann::json names = context.settings.get("hyperparameters");
  if (names.is_null() && manifest) names = manifest->name_map;
  if (!names.is_null()) {
    probe.name_map_file = scratch + "/name_map.json";
    std::ofstream(probe.name_map_file) << names.dump();
  }
  return probe;
}

mapping::Program read_program(const ReadingOptions& options, const mapping::ProbeOptions& probe,
                              const std::string& scratch, bool run) {
  return run ? mapping::capture_program(options.program, scratch + "/capture", probe)
             : mapping::inspect_program(options.program, probe);
}

void tell_migration(const Store& store) {
  if (store.backup().empty()) return;
  std::cerr << "note: the run store was brought to this version; as it was before: "
            << store.backup() << '\n';
}

void print_json(const nlohmann::json& document) {
  std::cout << document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << '\n'
            << std::flush;
}

}  // namespace dlfix::agent
