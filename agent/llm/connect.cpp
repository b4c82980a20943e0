#include "agent/llm/connect.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <algorithm>

#include "agent/llm/provider_settings.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using support::InputError;

std::vector<std::string_view> known_names() {
  std::vector<std::string_view> names;
  for (const auto& dialect : providers::dialects()) names.push_back(dialect.name);
  return names;
}

const providers::Dialect& find_dialect(const std::string& llm, const std::string& name) {
  if (const auto* dialect = providers::find_dialect(name)) return *dialect;
  throw InputError(fmt::format("--llm {}: no provider {}", llm, name),
                   fmt::format("there are {}, or a table [providers.{}] in the settings; "
                               "compatible:MODEL is any server with OpenAI's chat API",
                               fmt::join(known_names(), ", "), name));
}

/// OLLAMA_HOST may lack scheme or port, and may be the address that a server listens on.
std::string completed_url(std::string url, const providers::Dialect& dialect) {
  if (url.find("://") == std::string::npos) url.insert(0, "http://");
  if (dialect.name != "ollama") return url;
  const auto host = url.find("://") + 3;
  if (const auto any = url.find("0.0.0.0", host); any == host) url.replace(host, 7, "127.0.0.1");
  const std::string authority = host_of(url);
  const auto after_bracket = authority.find(']');
  if (authority.find(':', after_bracket == std::string::npos ? 0 : after_bracket) ==
      std::string::npos)
    url.insert(host + authority.size(), ":11434");
  return url;
}

/// What stands in the URL is shown and stored: no place for a secret.
void check_url(const std::string& url) {
  const auto start = url.find("://");
  const auto authority = url.substr(start + 3, url.find('/', start + 3) - start - 3);
  if (authority.find('@') != std::string::npos || url.find_first_of("?#") != std::string::npos)
    throw InputError("the base URL of a provider: has credentials or a query in it",
                     "give host and path only; keys come from the environment, --key-file or "
                     "--key-command");
  if (authority.empty() || (!url.starts_with("http://") && !url.starts_with("https://")))
    throw InputError(url + ": is not a base URL", "http://HOST:PORT/v1 or https://HOST/v1");
}

void check_offline(const LlmOptions& options, const Target& target) {
  if (!options.offline) return;
  if (target.dialect->make != nullptr)
    throw InputError("--offline: a command may send the program anywhere",
                     "use --replay or an endpoint on localhost");
  if (!is_loopback(target.host))
    throw InputError("--offline: " + target.host + " is not this machine",
                     "use --replay or an endpoint on localhost");
}

void check_key(const std::string& llm, const Target& target) {
  const auto& dialect = *target.dialect;
  const bool must = dialect.needs_key && !target.local &&
                    (dialect.default_url.empty() ||
                     target.connection.base_url == std::string(dialect.default_url));
  if (!must || !target.connection.key.empty()) return;
  throw InputError("--llm " + llm + ": no API key",
                   fmt::format("set {}, or give --key-file FILE or --key-command COMMAND",
                               dialect.key_variables.front()));
}

void check_temperatures(const LlmOptions& options, const providers::Dialect& dialect) {
  for (const double temperature : options.temperatures)
    if (temperature > dialect.highest_temperature)
      throw InputError(fmt::format("--temperatures {}: {} takes 0 to {}", temperature, dialect.name,
                                   dialect.highest_temperature));
}

Target command_target(const std::string& llm, const LlmOptions& options) {
  Target target;
  target.dialect = providers::find_dialect("cmd");
  target.connection.command = llm.substr(4);
  target.local = true;
  if (target.connection.command.empty())
    throw InputError("--llm cmd: the command is missing", "--llm \"cmd:COMMAND\"");
  refuse_command_of_project(llm, options);
  return target;
}

struct KeyInEnvironment {
  const providers::Dialect* dialect = nullptr;  ///< null: no such key is set
  std::string_view variable;
};

/// The first key that is set, of the dialects that `counts` takes.
template <class Counts>
KeyInEnvironment find_key(const EnvironmentLookup& environment, Counts counts) {
  for (const auto& dialect : providers::dialects()) {
    if (!counts(dialect)) continue;
    for (const auto variable : dialect.key_variables)
      if (!environment(std::string(variable)).value_or("").empty()) return {&dialect, variable};
  }
  return {};
}

}  // namespace

std::string unused_key_hint(const LlmOptions& options, const EnvironmentLookup& environment) {
  if (options.asked_for()) return "";
  const auto found = find_key(environment, [](const auto& dialect) { return dialect.needs_key; });
  if (found.dialect == nullptr) return "";
  return fmt::format("{} is set but nothing was sent: --llm {}:MODEL asks a model first",
                     found.variable, found.dialect->name);
}

std::string offered_model(const LlmOptions& options, const EnvironmentLookup& environment,
                          std::string* key) {
  if (options.asked_for() || options.offline) return "";
  const auto found =
      find_key(environment, [](const auto& dialect) { return !dialect.suggested_model.empty(); });
  if (found.dialect == nullptr) return "";
  if (key != nullptr) *key = found.variable;
  return fmt::format("{}:{}", found.dialect->name, found.dialect->suggested_model);
}

std::string host_of(const std::string& url) {
  const auto scheme = url.find("://");
  const auto start = scheme == std::string::npos ? 0 : scheme + 3;
  auto authority = url.substr(start, url.find('/', start) - start);
  if (const auto user = authority.rfind('@'); user != std::string::npos)
    authority.erase(0, user + 1);
  return authority;
}

bool is_loopback(const std::string& host) {
  const std::string name =
      host.starts_with('[') ? host.substr(0, host.find(']') + 1) : host.substr(0, host.find(':'));
  if (name == "localhost" || name == "[::1]") return true;
  // An address of the net 127, not a name such as 127.example.com.
  return name.starts_with("127.") && std::ranges::count(name, '.') == 3 &&
         name.find_first_not_of("0123456789.") == std::string::npos;
}

Target connect(const std::string& llm, const LlmOptions& options,
               const EnvironmentLookup& environment) {
  const auto colon = llm.find(':');
  const std::string name = llm.substr(0, colon);
  if (name == "cmd" && colon != std::string::npos) {
    Target target = command_target(llm, options);
    check_offline(options, target);
    target.connection.http.timeout =
        std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout_seconds * 1000));
    target.connection.http.concurrency = std::max(1, options.concurrency);
    return target;
  }
  const ProviderSettings settings(name, options, environment);
  Target target;
  target.dialect = &find_dialect(llm, settings.dialect());
  if (colon == std::string::npos || colon + 1 == llm.size())
    throw InputError(fmt::format("--llm {}: the model is missing", llm),
                     name + ":MODEL, such as openai:gpt-4o");
  target.model = llm.substr(colon + 1);
  check_temperatures(options, *target.dialect);

  auto& connection = target.connection;
  const std::string url = settings.base_url(*target.dialect);
  if (url.empty())
    throw InputError(fmt::format("--llm {}: needs the server's base URL", llm),
                     fmt::format("--base-url http://127.0.0.1:8000/v1, or set {}",
                                 target.dialect->url_variables.front()));
  connection.base_url = completed_url(url, *target.dialect);
  check_url(connection.base_url);
  target.host = host_of(connection.base_url);
  target.local = is_loopback(target.host);
  check_offline(options, target);
  settings.fill(*target.dialect, connection);
  check_key(llm, target);
  connection.http.timeout =
      std::chrono::milliseconds(static_cast<std::int64_t>(options.timeout_seconds * 1000));
  connection.http.concurrency = options.concurrency > 0 ? options.concurrency
                                : target.local          ? 1
                                                        : 4;
  connection.stream = options.stream;
  connection.on_text = options.on_text;
  return target;
}

}  // namespace dlfix::agent
