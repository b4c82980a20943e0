// Options that several commands have, with one meaning each.
#pragma once

#include <CLI/CLI.hpp>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "agent/cli/command_line.h"
#include "agent/cli/resources.h"
#include "agent/store/store.h"
#include "mapping/program/probe.h"

namespace dlfix::agent {

/// How the program is to be read.
struct ReadingOptions {
  std::string program;
  std::string python;
  std::string model;
  std::string config;
  std::string cwd;
  std::string data_dir;
  std::string frontend = "auto";
  std::string profile;
  int timeout_seconds = 600;
  int memory_mb = 8192;
};

void add_json_option(CLI::App& command);
void add_store_option(CLI::App& command, std::string& file);  ///< --store, DLFIX_STORE, the default
void add_reading_options(CLI::App& command, ReadingOptions& options);

/// Errors: InputError when `program` is not a file.
void check_program_file(const std::string& program);

/// What the probe needs of the options. A name map in the settings, or else in a benchmark
/// program's manifest, is written to `scratch`/name_map.json; the manifest's Keras profile counts
/// where none is asked for. Errors: InputError when the program is not there.
mapping::ProbeOptions probe_options(const ReadingOptions& options, const CommandContext& context,
                                    const Resources& resources, const std::string& scratch);

/// The program as text alone shows it, or, with `run`, after its data code was run (arrays go below
/// `scratch`). Errors: as inspect_program and capture_program.
mapping::Program read_program(const ReadingOptions& options, const mapping::ProbeOptions& probe,
                              const std::string& scratch, bool run);

/// Says on standard error that opening the store migrated it, and where the copy of the old one is.
void tell_migration(const Store& store);

/// One document on standard output and nothing else there; NaN and infinity become null.
void print_json(const nlohmann::json& document);

}  // namespace dlfix::agent
