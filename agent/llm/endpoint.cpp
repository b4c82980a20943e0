#include "agent/llm/endpoint.h"

#include <fmt/format.h>
#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "agent/llm/connect.h"
#include "providers/replay.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using support::InputError;

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
  auto rows = providers::read_recordings(replay.path);
  choose_subject(replay, rows, options.known_subjects);
  replay.task = options.replay_task;
  std::erase_if(rows, [&](const providers::Recording& row) {
    return row.prompt_sha256.empty() && !replay.subject.empty() && row.subject != replay.subject;
  });
  Endpoint endpoint;
  endpoint.name = replay.path;
  endpoint.recorded = true;
  endpoint.other_text = providers::answers_another_text(rows);
  endpoint.model = options.replay_model;
  for (const auto& row : rows)
    if (!row.note.empty()) endpoint.note = row.note;
  endpoint.provider = providers::make_replay_provider(replay);
  return endpoint;
}

Endpoint open_live(const std::string& llm, const LlmOptions& options,
                   const EnvironmentLookup& environment,
                   const std::shared_ptr<providers::Spending>& spending) {
  Target target = connect(llm, options, environment);
  const std::string provider(target.dialect->name);
  if (options.max_cost && !spending->prices().find(provider, target.model))
    throw InputError(
        fmt::format("--max-cost: the price of {} is not known", llm),
        "add it to prices.json in the configuration folder, or give --max-tokens instead");
  Endpoint endpoint;
  endpoint.name = llm;
  endpoint.model = target.model;
  endpoint.host = target.host;
  endpoint.spending = spending;
  target.connection.spending = spending;
  endpoint.provider = providers::make_provider(*target.dialect, std::move(target.connection));
  return endpoint;
}

/// replay:FILE is another way to say --replay FILE.
constexpr std::string_view kReplay = "replay:";

}  // namespace

EnvironmentLookup process_environment() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* value = std::getenv(name.c_str());
    if (value == nullptr) return std::nullopt;
    return value;
  };
}

std::vector<Endpoint> open_endpoints(const LlmOptions& options,
                                     const EnvironmentLookup& environment) {
  std::vector<Endpoint> endpoints;
  if (!options.replay.empty()) {
    endpoints.push_back(open_replay(options));
    return endpoints;
  }
  if (options.llms.size() > 1 && !options.base_url.empty())
    throw InputError("--base-url: does not say which of the --llm it is for",
                     "name each in a table [providers.NAME] of the settings");
  const auto spending = std::make_shared<providers::Spending>(
      providers::SpendingLimits{options.max_cost, options.max_tokens, options.max_requests},
      providers::PriceTable::read(options.price_files));
  for (const auto& llm : options.llms) {
    if (std::ranges::find(endpoints, llm, &Endpoint::name) != endpoints.end()) continue;
    if (llm.starts_with(kReplay)) {
      LlmOptions recorded = options;
      recorded.replay = llm.substr(kReplay.size());
      endpoints.push_back(open_replay(recorded));
    } else {
      endpoints.push_back(open_live(llm, options, environment, spending));
    }
  }
  if (endpoints.empty())
    throw InputError("no provider is named", "--llm openai:MODEL, or --replay FILE");
  return endpoints;
}

Endpoint open_endpoint(const LlmOptions& options, const EnvironmentLookup& environment) {
  return std::move(open_endpoints(options, environment).front());
}

}  // namespace dlfix::agent
