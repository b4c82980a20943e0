#include "agent/cli/command_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "agent/cli/error_report.h"
#include "agent/cli/exit_codes.h"
#include "trainer/support/errors.h"
#include "trainer/support/nearest.h"

namespace dlfix::agent {
namespace {

using support::InputError;

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back(name);
  }
  return names;
}

std::vector<std::string> command_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::App* command : app.get_subcommands([](const CLI::App*) { return true; })) {
    names.push_back(command->get_name());
  }
  return names;
}

/// The innermost command that was given.
CLI::App& innermost(CLI::App& app) {
  const auto given = app.get_subcommands();
  return given.empty() ? app : innermost(*given.front());
}

[[noreturn]] void refuse_option(const CLI::App& command, const std::string& text) {
  const std::string name = text.substr(0, text.find('='));
  std::vector<std::string> known = option_names(command);
  for (std::string& option : known) option.insert(0, "--");
  const std::string near = support::nearest(name, known);
  throw InputError(fmt::format("{}: is not an option of `{}`", name, command.get_name()),
                   near.empty() ? fmt::format("see `{} --help`", command.get_name())
                                : fmt::format("did you mean {}?", near));
}

[[noreturn]] void refuse_word(const CLI::App& command, const std::string& word) {
  const std::string near = support::nearest(word, command_names(command));
  const bool is_command = !command_names(command).empty();
  throw InputError(
      fmt::format("{}: {}", word, is_command ? "is not a command" : "is one argument too many"),
      near.empty() ? "see --help; what the program itself is to get goes after --"
                   : fmt::format("did you mean `{}`?", near));
}

[[noreturn]] void refuse_extras(CLI::App& app) {
  CLI::App& command = innermost(app);
  for (const std::string& extra : app.remaining(true)) {
    if (extra.size() > 1 && extra.front() == '-') refuse_option(command, extra);
    refuse_word(command, extra);
  }
  throw InputError("command line: cannot be read", "see --help");
}

/// A setting's value as the command line would have it.
std::vector<std::string> as_words(const nlohmann::json& value) {
  std::vector<std::string> words;
  if (value.is_array()) {
    for (const auto& item : value) words.push_back(as_words(item).front());
  } else {
    words.push_back(value.is_string() ? value.get<std::string>() : value.dump());
  }
  return words;
}

std::string project_file(const CLI::App& command) {
  const CLI::Option* program = command.get_option_no_throw(kProgramOption);
  if (!program || program->count() == 0) return "";
  const auto folder = std::filesystem::path(program->as<std::string>()).parent_path();
  return (folder / ".dlfix.toml").string();
}

std::string joined(const std::vector<std::string>& words) {
  std::string text;
  for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
  return text;
}

}  // namespace

CommandLine::CommandLine()
    : app_("Finds and repairs training faults in Keras programs.", "dlfix-agent") {
  app_.require_subcommand(0, 1);
  app_.set_version_flag("--version", "dlfix-agent " DLFIX_VERSION);
}

CLI::App& CommandLine::add(const std::string& name, const std::string& description,
                           CommandAction action, CLI::App* parent) {
  CLI::App* command = (parent ? *parent : app_).add_subcommand(name, description);
  if (action) {
    actions_.emplace_back(command, std::move(action));
  } else {
    command->require_subcommand(1);
  }
  return *command;
}

std::vector<std::string> CommandLine::known_keys() const {
  std::vector<std::string> keys;
  for (const auto& [command, action] : actions_) {
    for (const std::string& name : option_names(*command)) keys.push_back(name);
  }
  return keys;
}

void CommandLine::apply_settings(CLI::App& command) {
  context_.settings = read_settings(project_file(command), user_settings_file(), known_keys());
  for (CLI::Option* option : command.get_options()) {
    if (option->count() > 0 || option->get_lnames().empty()) continue;
    const nlohmann::json value = context_.settings.get(option->get_lnames().front());
    if (value.is_null()) continue;
    try {
      for (const std::string& word : as_words(value)) option->add_result(word);
      option->run_callback();
    } catch (const CLI::ParseError& error) {
      throw InputError(fmt::format("{}: {}", context_.settings.files.back(), error.what()),
                       "see --help for what the option takes");
    }
  }
}

int CommandLine::parse_and_run(std::vector<std::string> arguments) {
  context_.command_line = joined(arguments);
  const auto separator = std::find(arguments.begin(), arguments.end(), "--");
  if (separator != arguments.end()) {
    context_.program_arguments.assign(separator + 1, arguments.end());
    arguments.erase(separator, arguments.end());
  }
  try {
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    app_.parse(reversed);
  } catch (const CLI::Success& help) {
    app_.exit(help, std::cout, std::cerr);
    return kExitSuccess;
  } catch (const CLI::ExtrasError&) {
    refuse_extras(app_);
  } catch (const CLI::ParseError& error) {
    throw InputError(fmt::format("command line: {}", error.what()), "see --help");
  }
  CLI::App& command = innermost(app_);
  for (const auto& [candidate, action] : actions_) {
    if (candidate != &command) continue;
    apply_settings(command);
    return action(context_);
  }
  std::cout << command.help();
  return command.get_parent() ? kExitUsage : kExitSuccess;
}

int CommandLine::run(int argc, const char* const* argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  const auto end = std::find(arguments.begin(), arguments.end(), "--");
  context_.json = std::find(arguments.begin(), end, "--json") != end;
  try {
    return parse_and_run(arguments);
  } catch (const std::exception& error) {
    const ErrorReport report = describe(error);
    print_error(report, context_.json, std::cout, std::cerr);
    return report.exit_code;
  }
}

}  // namespace dlfix::agent
