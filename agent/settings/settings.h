// Values from `.dlfix.toml` beside the program and from the user's config.toml.
#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace dlfix::agent {

/// Merged settings; the project's file wins over the user's, table by table and value by value.
/// Keys are the long names of options without the dashes; the tables [hyperparameters] (name map)
/// and [providers] are kept as they are.
struct Settings {
  nlohmann::json values = nlohmann::json::object();
  std::vector<std::string> files;                     ///< the files that were read
  nlohmann::json user = nlohmann::json::object();     ///< of the user's file alone
  nlohmann::json project = nlohmann::json::object();  ///< of the project's file alone
  /// null when not set.
  nlohmann::json get(const std::string& key) const;
};

/// Reads both files where they exist. `known`: the option names that a file may set.
/// Errors: InputError naming file, line and the nearest known key.
Settings read_settings(const std::string& project_file, const std::string& user_file,
                       const std::vector<std::string>& known);

/// $XDG_CONFIG_HOME/dlfix-agent/config.toml, by default ~/.config/dlfix-agent/config.toml.
std::string user_settings_file();

}  // namespace dlfix::agent
