// The command line as a whole: commands register themselves here, one file each.
#pragma once

#include <CLI/CLI.hpp>
#include <functional>
#include <string>
#include <vector>

#include "agent/settings/settings.h"

namespace dlfix::agent {

/// What every command may need.
struct CommandContext {
  bool json = false;
  std::vector<std::string> program_arguments;  ///< after --
  std::string command_line;                    ///< as typed, for the run store
  Settings settings;  ///< project and user files, already applied to options
};

/// A command's work; returns the exit code.
using CommandAction = std::function<int(const CommandContext&)>;

/// One command: its options are bound when it is added, its action runs after parsing.
class CommandLine {
 public:
  CommandLine();
  CLI::App& app() { return app_; }

  /// Adds a command and its action. With nested commands (`store list`) give the parent.
  CLI::App& add(const std::string& name, const std::string& description, CommandAction action,
                CLI::App* parent = nullptr);

  /// Parses and runs. Never throws; returns the exit code (see exit_codes.h).
  int run(int argc, const char* const* argv);

 private:
  int parse_and_run(std::vector<std::string> arguments);
  void apply_settings(CLI::App& command);
  std::vector<std::string> known_keys() const;

  CLI::App app_;
  CommandContext context_;
  std::vector<std::pair<CLI::App*, CommandAction>> actions_;
};

/// The program a command works on, for finding `.dlfix.toml` beside it: option name "program".
inline constexpr const char* kProgramOption = "program";

}  // namespace dlfix::agent
