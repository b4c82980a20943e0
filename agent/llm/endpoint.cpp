#include "agent/llm/endpoint.h"

#include <fmt/format.h>
#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>

#include "providers/openai_chat.h"
#include "providers/replay.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using support::InputError;

constexpr const char* kOpenAiUrl = "https://api.openai.com/v1";

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
  return name == "localhost" || name == "[::1]" || name.starts_with("127.");
}

std::string base_url_of(const LlmOptions& options, const EnvironmentLookup& environment) {
  if (!options.base_url.empty()) return options.base_url;
  for (const char* name : {"OPENAI_BASE_URL", "OPENAI_API_BASE"})
    if (const auto url = environment(name); url && !url->empty()) return *url;
  return "";
}

Endpoint open_openai(const LlmOptions& options, const std::string& dialect,
                     const std::string& model, const EnvironmentLookup& environment) {
  providers::OpenAiEndpoint openai;
  openai.dialect = dialect;
  const std::string url = base_url_of(options, environment);
  if (dialect == "compatible" && url.empty())
    throw InputError("--llm compatible:MODEL needs the server's base URL",
                     "--base-url http://127.0.0.1:8000/v1, or set OPENAI_BASE_URL");
  openai.base_url = url.empty() ? kOpenAiUrl : url;
  openai.api_key = environment("OPENAI_API_KEY").value_or("");
  openai.organization = environment("OPENAI_ORG_ID").value_or("");
  openai.project = environment("OPENAI_PROJECT_ID").value_or("");
  openai.http.ca_file = environment("SSL_CERT_FILE").value_or("");
  openai.http.concurrency = std::max(1, options.concurrency);

  Endpoint endpoint;
  endpoint.host = host_of(openai.base_url);
  if (options.offline && !is_loopback(endpoint.host))
    throw InputError("--offline: " + endpoint.host + " is not this machine",
                     "use --replay or an endpoint on localhost");
  if (openai.base_url == kOpenAiUrl && openai.api_key.empty())
    throw InputError("--llm " + options.llm + ": no API key", "set OPENAI_API_KEY");
  endpoint.model = model;
  endpoint.provider = providers::make_openai_provider(std::move(openai));
  return endpoint;
}

/// FILE:SUBJECT apart; a colon that belongs to an existing file's name stays with it.
providers::ReplayOptions replay_options(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon == std::string::npos || std::filesystem::exists(text)) return {text, ""};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

/// A program that the recordings know under another name is looked up under that one.
void choose_subject(providers::ReplayOptions& replay, const std::vector<providers::Recording>& rows,
                    const std::vector<std::string>& known) {
  const bool is_this_program =
      replay.subject.empty() || std::ranges::find(known, replay.subject) != known.end();
  if (!is_this_program) return;
  const auto listed = std::ranges::find_if(known, [&](const std::string& name) {
    return std::ranges::find(rows, name, &providers::Recording::subject) != rows.end();
  });
  if (listed != known.end()) replay.subject = *listed;
}

Endpoint open_replay(const LlmOptions& options) {
  auto replay = replay_options(options.replay);
  if (!std::filesystem::is_regular_file(replay.path))
    throw InputError("--replay " + replay.path + ": there is no such file",
                     "give a file of recorded replies, FILE or FILE:SUBJECT");
  const auto rows = providers::read_recordings(replay.path);
  choose_subject(replay, rows, options.known_subjects);
  Endpoint endpoint;
  endpoint.recorded = true;
  endpoint.other_text = providers::answers_another_text(rows);
  endpoint.model = options.replay_model;
  for (const auto& row : rows)
    if (!row.note.empty()) endpoint.note = row.note;
  endpoint.provider = providers::make_replay_provider(replay);
  return endpoint;
}

}  // namespace

EnvironmentLookup process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

Endpoint open_endpoint(const LlmOptions& options, const EnvironmentLookup& environment) {
  if (!options.replay.empty()) return open_replay(options);
  constexpr std::array kDialects = {"openai", "compatible"};
  const auto colon = options.llm.find(':');
  const std::string dialect = options.llm.substr(0, colon);
  if (std::ranges::find(kDialects, dialect) == kDialects.end())
    throw InputError(fmt::format("--llm {}: no provider {}", options.llm, dialect),
                     "openai:MODEL, or compatible:MODEL for any server with OpenAI's chat API");
  if (colon == std::string::npos || colon + 1 == options.llm.size())
    throw InputError(fmt::format("--llm {}: the model is missing", options.llm),
                     dialect + ":MODEL, such as openai:gpt-4o");
  return open_openai(options, dialect, options.llm.substr(colon + 1), environment);
}

}  // namespace dlfix::agent
