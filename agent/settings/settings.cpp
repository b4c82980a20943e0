#include "agent/settings/settings.h"

#define TOML_HEADER_ONLY 1
#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <sstream>

#include "trainer/support/errors.h"
#include "trainer/support/nearest.h"

namespace dlfix::agent {
namespace {

/// Tables and texts that are not options of a command.
constexpr std::array kOtherKeys = {"hyperparameters", "providers"};

nlohmann::json to_json(const toml::table& table) {
  std::ostringstream text;
  text << toml::json_formatter{table};
  return nlohmann::json::parse(text.str());
}

void check_keys(const toml::table& table, const std::string& file, std::vector<std::string> known) {
  known.insert(known.end(), kOtherKeys.begin(), kOtherKeys.end());
  for (const auto& [key, node] : table) {
    const std::string name(key.str());
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string near = support::nearest(name, known);
    throw support::InputError(
        fmt::format("{}:{}: the key '{}' is not known", file, node.source().begin.line, name),
        near.empty() ? "keys are the long names of the command line's options, see --help"
                     : fmt::format("did you mean '{}'?", near));
  }
}

nlohmann::json read_file(const std::string& file, const std::vector<std::string>& known) {
  try {
    const toml::table table = toml::parse_file(file);
    check_keys(table, file, known);
    return to_json(table);
  } catch (const toml::parse_error& error) {
    throw support::InputError(
        fmt::format("{}:{}: {}", file, error.source().begin.line, error.description()),
        "the file must be TOML: key = \"value\"");
  }
}

}  // namespace

nlohmann::json Settings::get(const std::string& key) const {
  const auto found = values.find(key);
  return found == values.end() ? nlohmann::json() : *found;
}

Settings read_settings(const std::string& project_file, const std::string& user_file,
                       const std::vector<std::string>& known) {
  Settings settings;
  for (const std::string& file : {user_file, project_file}) {
    std::error_code error;
    if (file.empty() || !std::filesystem::is_regular_file(file, error)) continue;
    nlohmann::json values = read_file(file, known);
    settings.values.update(values, true);
    settings.files.push_back(file);
    (file == user_file ? settings.user : settings.project) = std::move(values);
  }
  return settings;
}

std::string user_settings_file() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  const char* home = std::getenv("HOME");
  if (config && *config) return std::string(config) + "/dlfix-agent/config.toml";
  return home && *home ? std::string(home) + "/.config/dlfix-agent/config.toml" : "";
}

}  // namespace dlfix::agent
