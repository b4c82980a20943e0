// `dlfix-agent providers list|test`
#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/commands/llm_options.h"
#include "agent/llm/connect.h"
#include "agent/llm/endpoint.h"
#include "agent/output/terminal.h"
#include "providers/dialect.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

struct ProvidersCommand {
  LlmOptions llm;
  bool stream = false;
  std::string prompt = "Reply with the one word ready.";
};

/// The first variable that is set, with what may be shown of its value.
std::string key_found(const providers::Dialect& dialect) {
  const EnvironmentLookup environment = process_environment();
  for (const auto* names : {&dialect.key_variables, &dialect.token_variables})
    for (const auto name : *names)
      if (const auto value = environment(std::string(name)); value && !value->empty())
        return fmt::format("{} ({})", name, providers::Secret(*value).hint());
  return "";
}

std::string joined(const std::vector<std::string_view>& names) {
  std::string text;
  for (const auto name : names) text.append(text.empty() ? "" : ", ").append(name);
  return text;
}

nlohmann::json describe(const providers::Dialect& dialect) {
  const auto words = [](const std::vector<std::string_view>& names) {
    return std::vector<std::string>(names.begin(), names.end());
  };
  return {{"name", dialect.name},
          {"summary", dialect.summary},
          {"default_url", dialect.default_url},
          {"url_variables", words(dialect.url_variables)},
          {"key_variables", words(dialect.key_variables)},
          {"token_variables", words(dialect.token_variables)},
          {"key", key_found(dialect)}};
}

/// Tables [providers.NAME] of both settings files.
std::vector<std::string> named_providers(const Settings& settings) {
  std::vector<std::string> names;
  const nlohmann::json tables = settings.get("providers");
  if (tables.is_object())
    for (const auto& [name, table] : tables.items()) names.push_back(name);
  return names;
}

int list(const CommandContext& context) {
  const auto files = price_files();
  const auto prices = providers::PriceTable::read(files);
  if (context.json) {
    nlohmann::json document = {{"providers", nlohmann::json::array()},
                               {"named", named_providers(context.settings)},
                               {"prices", {{"date", prices.date()}, {"files", files}}}};
    for (const auto& dialect : providers::dialects())
      document["providers"].push_back(describe(dialect));
    print_json(document);
    return kExitSuccess;
  }
  for (const auto& dialect : providers::dialects()) {
    fmt::print("{:<17} {}\n", dialect.name, dialect.summary);
    if (!dialect.url_variables.empty())
      fmt::print("{:<17}   endpoint: {}{}\n", "", joined(dialect.url_variables),
                 dialect.default_url.empty() ? ", or --base-url"
                                             : fmt::format(", else {}", dialect.default_url));
    const std::string found = key_found(dialect);
    if (!dialect.key_variables.empty())
      fmt::print("{:<17}   key: {}\n", "",
                 found.empty() ? joined(dialect.key_variables) + " (not set)" : found);
  }
  fmt::print("{:<17} recorded replies: --replay FILE[:SUBJECT]\n", "replay");
  for (const auto& name : named_providers(context.settings))
    fmt::print("{:<17} from the settings: [providers.{}]\n", name, name);
  fmt::print("\nprices of {} ({}); your own: {}\n", prices.date(), files.front(), files.back());
  return kExitSuccess;
}

nlohmann::json result_of(const Endpoint& endpoint, const providers::Reply& reply) {
  const auto totals = endpoint.spending ? endpoint.spending->totals() : providers::SpendingTotals();
  nlohmann::json document = {{"provider", endpoint.name},
                             {"host", endpoint.host},
                             {"outcome", providers::to_string(reply.outcome)},
                             {"model", reply.model},
                             {"text", reply.text},
                             {"error", reply.error},
                             {"seconds", reply.seconds},
                             {"attempts", reply.attempts},
                             {"prompt_tokens", reply.usage.prompt_tokens},
                             {"completion_tokens", reply.usage.completion_tokens},
                             {"temperature_applied", reply.temperature_applied},
                             {"notes", reply.notes}};
  document["usd"] = totals.usd ? nlohmann::json(*totals.usd) : nlohmann::json();
  return document;
}

void show(const nlohmann::json& result, bool streamed) {
  const bool ok = result["outcome"] == "ok";
  const auto host = result["host"].get<std::string>();
  fmt::print(
      "{} {}{}: {}\n", ok ? "ok    " : "FAILED", result["provider"].get<std::string>(),
      host.empty() ? "" : " (" + host + ")",
      ok ? fmt::format(
               "{:.2f} s, {} + {} tokens, model {}, cost {}", result["seconds"].get<double>(),
               result["prompt_tokens"].get<std::int64_t>(),
               result["completion_tokens"].get<std::int64_t>(), result["model"].get<std::string>(),
               result["usd"].is_null() ? "unknown"
                                       : fmt::format("{:.6f} USD", result["usd"].get<double>()))
         : result["outcome"].get<std::string>() + " " + result["error"].get<std::string>());
  if (ok && !streamed) fmt::print("       {}\n", result["text"].get<std::string>());
  for (const auto& note : result["notes"]) fmt::print("       {}\n", note.get<std::string>());
}

int test(const ProvidersCommand& command, const CommandContext& context) {
  if (!command.llm.asked_for())
    throw support::InputError("providers test: no provider is named",
                              "--llm openai:MODEL; `providers list` shows all");
  LlmOptions options = command.llm;
  const bool shows_text = command.stream && !context.json;
  options.stream = command.stream;
  if (shows_text)
    options.on_text = [](std::size_t, std::string_view text) { std::cout << text << std::flush; };
  nlohmann::json results = nlohmann::json::array();
  bool all = true;
  for (const Endpoint& endpoint : open_endpoints(options, process_environment())) {
    providers::ChatRequest request{
        endpoint.model, options.temperatures.front(), {{"user", command.prompt}}, 0};
    request.max_output_tokens = options.max_output_tokens;
    providers::Reply reply;
    endpoint.provider->complete(
        std::span(&request, 1), &interrupt_requested(),
        [&](std::size_t, const providers::Reply& answer) { reply = answer; });
    if (shows_text) std::cout << '\n' << std::flush;
    results.push_back(result_of(endpoint, reply));
    all = all && reply.outcome == providers::ReplyOutcome::kOk;
    if (!context.json) show(results.back(), shows_text);
  }
  if (context.json) print_json({{"outcome", all ? "ok" : "failed"}, {"results", results}});
  if (interrupt_requested()) return kExitInterrupted;
  return all ? kExitSuccess : kExitEnvironment;
}

}  // namespace

void add_providers_command(CommandLine& line) {
  auto command = std::make_shared<ProvidersCommand>();
  CLI::App& providers = line.add("providers", "The endpoints that a model can be asked at", {});
  add_json_option(line.add(
      "list", "What there is, and what the environment has for it",
      [](const CommandContext& context) { return list(context); }, &providers));
  CLI::App& tested = line.add(
      "test", "Ask each --llm one short question",
      [command](const CommandContext& context) {
        finish_llm_options(command->llm, context);
        return test(*command, context);
      },
      &providers);
  add_llm_options(tested, command->llm);
  tested.add_flag("--stream", command->stream, "Show the answer as it comes");
  tested.add_option("--prompt", command->prompt, "The question")->capture_default_str();
  add_json_option(tested);
}

}  // namespace dlfix::agent
