#include "agent/llm/provider_settings.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>
#include <array>

#include "agent/llm/connect.h"
#include "trainer/support/errors.h"
#include "trainer/support/nearest.h"

namespace dlfix::agent {
namespace {

using nlohmann::json;
using support::InputError;

constexpr const char* kUserOnly =
    "put it into the user's own config.toml, or give it on the command line";

json table_of(const json& settings, const std::string& name) {
  const auto tables = settings.find("providers");
  if (tables == settings.end() || !tables->is_object()) return json::object();
  const auto table = tables->find(name);
  return table == tables->end() || !table->is_object() ? json::object() : *table;
}

std::string text_of(const json& settings, const std::string& key) {
  const auto value = settings.find(key);
  return value != settings.end() && value->is_string() ? value->get<std::string>() : "";
}

constexpr std::array kTableKeys = {"dialect",     "base_url",    "key_env", "key_file",
                                   "key_command", "api_version", "ca_file", "headers"};

/// A misspelt key must not be passed over: it may be the one that keeps the program in the house.
void check_table(const json& settings, const std::string& name) {
  const std::vector<std::string> known(kTableKeys.begin(), kTableKeys.end());
  const json table = table_of(settings, name);
  for (const auto& [key, value] : table.items()) {
    if (std::ranges::find(known, key) != known.end()) continue;
    const std::string near = support::nearest(key, known);
    throw InputError(fmt::format("[providers.{}]: the key '{}' is not known", name, key),
                     near.empty() ? fmt::format("there are {}", fmt::join(known, ", "))
                                  : fmt::format("did you mean '{}'?", near));
  }
}

void refuse_of_project(bool of_project, const std::string& what) {
  if (of_project) throw InputError(".dlfix.toml: may not set " + what, kUserOnly);
}

}  // namespace

void refuse_command_of_project(const std::string& llm, const LlmOptions& options) {
  const auto value = options.project_settings.find("llm");
  if (value == options.project_settings.end()) return;
  const bool listed = value->is_array() ? std::ranges::find(*value, json(llm)) != value->end()
                                        : *value == json(llm);
  refuse_of_project(listed, "a command as provider");
}

ProviderSettings::ProviderSettings(std::string name, const LlmOptions& options,
                                   const EnvironmentLookup& environment)
    : name_(std::move(name)), options_(options), environment_(environment) {
  own_name_ = providers::find_dialect(name_) == nullptr;
  check_table(options_.user_settings, name_);
  check_table(options_.project_settings, name_);
}

std::string ProviderSettings::dialect() const {
  const std::string named = from_files("dialect", "").text;
  return named.empty() ? name_ : named;
}

std::string ProviderSettings::variable(std::string_view name) const {
  return environment_(std::string(name)).value_or("");
}

ProviderSettings::Value ProviderSettings::from_files(const std::string& key,
                                                     const std::string& option) const {
  for (const bool project : {true, false}) {
    const json& file = project ? options_.project_settings : options_.user_settings;
    if (auto text = text_of(table_of(file, name_), key); !text.empty())
      return {std::move(text), project};
    if (auto text = text_of(file, option); !option.empty() && !text.empty())
      return {std::move(text), project};
  }
  return {};
}

std::string ProviderSettings::base_url(const providers::Dialect& dialect) const {
  if (!options_.base_url.empty()) return options_.base_url;
  if (!own_name_)
    for (const auto name : dialect.url_variables)
      if (auto url = variable(name); !url.empty()) return url;
  if (auto value = from_files("base_url", "base-url"); !value.text.empty()) return value.text;
  return own_name_ ? "" : std::string(dialect.default_url);
}

void ProviderSettings::fill(const providers::Dialect& dialect,
                            providers::Connection& connection) const {
  fill_key(dialect, connection);
  connection.extra = headers();
  if (dialect.name.starts_with("openai")) {
    connection.organization = variable("OPENAI_ORG_ID");
    if (connection.organization.empty()) connection.organization = variable("OPENAI_ORGANIZATION");
    connection.project = variable("OPENAI_PROJECT_ID");
  }
  connection.api_version = from_files("api_version", "").text;
  if (dialect.name == "azure" && !variable("OPENAI_API_VERSION").empty())
    connection.api_version = variable("OPENAI_API_VERSION");
  connection.http.ca_file = options_.ca_file;
  if (connection.http.ca_file.empty()) connection.http.ca_file = variable("SSL_CERT_FILE");
  if (connection.http.ca_file.empty())
    connection.http.ca_file = from_files("ca_file", "ca-file").text;
}

/// A project's file may name an endpoint, but then no key of the user's goes there unless the
/// endpoint is on this machine.
void ProviderSettings::fill_key(const providers::Dialect& dialect,
                                providers::Connection& connection) const {
  const auto key_command = from_files("key_command", "key-command");
  const auto key_file = from_files("key_file", "key-file");
  const auto key_variable = from_files("key_env", "");
  refuse_of_project(key_command.of_project, "a command that gives the key");
  refuse_of_project(key_file.of_project, "the file of the key");
  if (!options_.key_command.empty()) {
    connection.key = providers::read_key_command(options_.key_command);
  } else if (!options_.key_file.empty()) {
    connection.key = providers::read_key_file(options_.key_file);
  }
  if (connection.key.empty() && !key_variable.text.empty())
    connection.key = providers::Secret(variable(key_variable.text));
  if (!own_name_) {
    for (const auto name : dialect.key_variables)
      if (connection.key.empty()) connection.key = providers::Secret(variable(name));
    for (const auto name : dialect.token_variables) {
      if (!connection.key.empty()) break;
      connection.key = providers::Secret(variable(name));
      connection.bearer = !connection.key.empty();
    }
  }
  if (connection.key.empty() && !key_command.text.empty())
    connection.key = providers::read_key_command(key_command.text);
  if (connection.key.empty() && !key_file.text.empty())
    connection.key = providers::read_key_file(key_file.text);

  const auto url = from_files("base_url", "base-url");
  const bool to_project_host = url.of_project && url.text == base_url(dialect) &&
                               options_.base_url.empty() && !is_loopback(host_of(url.text));
  if (to_project_host && !connection.key.empty())
    throw InputError(
        fmt::format(".dlfix.toml: names {}, which would get your key", host_of(url.text)),
        kUserOnly);
}

std::vector<std::string> ProviderSettings::headers() const {
  std::vector<std::string> list;
  for (const json* file : {&options_.user_settings, &options_.project_settings}) {
    const json table = table_of(*file, name_);
    const auto headers = table.find("headers");
    if (headers == table.end() || !headers->is_array()) continue;
    for (const auto& header : *headers) {
      const std::string line = header.is_string() ? header.get<std::string>() : "";
      if (line.find(':') == std::string::npos || line.find_first_of("\r\n") != std::string::npos)
        throw InputError(fmt::format("[providers.{}] headers: \"Name: value\" each", name_));
      list.push_back(line);
    }
  }
  return list;
}

}  // namespace dlfix::agent
