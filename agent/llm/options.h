// What the command line and the settings files say about providers, as values.
#pragma once

#include <cstdint>
#include <functional>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace dlfix::agent {

struct LlmOptions {
  std::vector<std::string> llms;  ///< "openai:gpt-4o", "cmd:COMMAND", "NAME:MODEL"; empty: none
  std::string base_url;           ///< --base-url; empty: the environment's, else the vendor's
  std::string replay;             ///< FILE or FILE:SUBJECT; empty: none
  std::string replay_model;       ///< of the recordings; empty: gpt-4 where there are several
  std::string replay_task;  ///< "repair", "localise": whose recorded replies count; empty: any
  /// Names of this program in published recordings (a manifest's); any of them, or none, may be
  /// given as SUBJECT.
  std::vector<std::string> known_subjects;
  int replies = 10;  ///< for each temperature
  std::vector<double> temperatures = {0};
  int concurrency = 0;        ///< 0: 4, and 1 for a server on this machine
  bool offline = false;       ///< loopback hosts only
  int max_output_tokens = 0;  ///< of a reply; 0: the endpoint's own limit
  double timeout_seconds = 600;
  bool stream = false;  ///< for what is watched; batches are asked for whole replies
  std::function<void(std::size_t request, std::string_view text)> on_text;  ///< with `stream`
  std::string ca_file;
  std::string key_file;
  std::string key_command;
  std::optional<double> max_cost;          ///< USD
  std::optional<std::int64_t> max_tokens;  ///< of all prompts and replies of the run
  std::optional<std::int64_t> max_requests;
  std::vector<std::string> price_files;  ///< later ones win
  /// Values of base-url, key-file, key-command and ca-file that come from a settings file: they
  /// rank after the environment. "providers": the tables [providers.NAME].
  nlohmann::json user_settings = nlohmann::json::object();
  /// The same of the file beside the program, which may be somebody else's: it may not run
  /// commands, read files, or send the user's key to a host of its own.
  nlohmann::json project_settings = nlohmann::json::object();

  bool asked_for() const { return !llms.empty() || !replay.empty(); }
};

/// Reads an environment variable; nothing when it is not set. Tests pass their own.
using EnvironmentLookup = std::function<std::optional<std::string>(const std::string&)>;
EnvironmentLookup process_environment();

}  // namespace dlfix::agent
