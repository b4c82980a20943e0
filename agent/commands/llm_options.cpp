#include "agent/commands/llm_options.h"

#include <filesystem>

#include "agent/cli/resources.h"
#include "agent/settings/settings.h"

namespace dlfix::agent {
namespace {

void add_key_options(CLI::App& app, LlmOptions& llm) {
  app.add_option("--key-file", llm.key_file, "File with the API key, readable by you alone");
  app.add_option("--key-command", llm.key_command, "Shell command that prints the API key");
  app.add_option("--ca-file", llm.ca_file, "Certificates to trust in place of the system's");
  app.add_flag("--offline", llm.offline, "No host but this machine");
}

void add_cap_options(CLI::App& app, LlmOptions& llm) {
  app.add_option("--max-cost", llm.max_cost, "Stop before the replies cost more USD")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--max-tokens", llm.max_tokens, "Stop before prompts and replies have more tokens")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--max-requests", llm.max_requests, "Stop before more requests are sent")
      ->check(CLI::NonNegativeNumber);
  app.add_option("--max-output", llm.max_output_tokens,
                 "Longest reply in tokens; by default none is sent")
      ->check(CLI::PositiveNumber);
}

/// A value of a settings file goes back there: it ranks after the environment.
void leave_to_files(std::string& value, const std::string& key, const Settings& settings) {
  const nlohmann::json of_files = settings.get(key);
  if (of_files.is_string() && of_files.get<std::string>() == value) value.clear();
}

}  // namespace

void add_llm_options(CLI::App& app, LlmOptions& llm) {
  app.add_option("--llm", llm.llms,
                 "Provider and model, such as openai:gpt-4o; repeatable; see `providers list`")
      ->allow_extra_args(false);
  app.add_option("--base-url", llm.base_url, "Endpoint of the provider");
  app.add_option("--replies", llm.replies, "Independent replies to ask for at each temperature")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--temperatures", llm.temperatures, "Temperatures of the replies: 0,0.5,1")
      ->check(CLI::Range(0.0, 2.0))
      ->delimiter(',')
      ->allow_extra_args(false)
      ->default_str("0");
  app.add_option("--concurrency", llm.concurrency, "Requests at the same time")
      ->check(CLI::Range(1, 64))
      ->default_str("4, and 1 for a server on this machine");
  app.add_option("--reply-timeout", llm.timeout_seconds, "Seconds that one reply may take")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  add_key_options(app, llm);
  add_cap_options(app, llm);
}

std::vector<std::string> price_files() {
  std::vector<std::string> files = {find_resources(own_executable()).home +
                                    "/providers/prices.json"};
  if (const std::string user = user_settings_file(); !user.empty())
    files.push_back((std::filesystem::path(user).parent_path() / "prices.json").string());
  return files;
}

void finish_llm_options(LlmOptions& llm, const CommandContext& context) {
  const Settings& settings = context.settings;
  leave_to_files(llm.base_url, "base-url", settings);
  leave_to_files(llm.key_file, "key-file", settings);
  leave_to_files(llm.key_command, "key-command", settings);
  leave_to_files(llm.ca_file, "ca-file", settings);
  llm.user_settings = settings.user;
  llm.project_settings = settings.project;
  llm.price_files = price_files();
}

}  // namespace dlfix::agent
