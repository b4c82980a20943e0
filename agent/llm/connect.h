// From --llm NAME:MODEL, the environment and the settings to a connection.
#pragma once

#include <string>

#include "agent/llm/options.h"
#include "providers/dialect.h"

namespace dlfix::agent {

struct Target {
  const providers::Dialect* dialect = nullptr;
  providers::Connection connection;
  std::string model;  ///< Azure: the deployment; cmd: empty
  std::string host;   ///< that the program's text goes to; empty for a command
  bool local = false;
};

/// `llm`: DIALECT:MODEL, cmd:COMMAND, or NAME:MODEL with a table [providers.NAME] (dialect,
/// base_url, key_env, key_file, key_command, api_version, ca_file, headers). Precedence of each
/// value: command line, environment, project's file, user's file, the vendor's.
/// Errors: InputError (no such provider, no model, no URL, a URL with credentials in it, no key
/// where one is needed, --offline and another host, a project's file that asks for what only the
/// user may), each with the way out.
Target connect(const std::string& llm, const LlmOptions& options,
               const EnvironmentLookup& environment);

/// What to say when no provider is configured though the environment has a key: a key alone sends
/// nothing. Empty: nothing to say.
std::string unused_key_hint(const LlmOptions& options, const EnvironmentLookup& environment);

/// The model to offer when no provider is configured though the environment has a key:
/// "openai:MODEL"; empty: none. `key`, when given, receives the variable's name.
std::string offered_model(const LlmOptions& options, const EnvironmentLookup& environment,
                          std::string* key = nullptr);

/// "api.openai.com" or "127.0.0.1:8000" of a URL.
std::string host_of(const std::string& url);
bool is_loopback(const std::string& host);

}  // namespace dlfix::agent
