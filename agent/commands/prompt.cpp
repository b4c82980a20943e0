// `dlfix-agent prompt FILE`
#include <fmt/format.h>

#include <iostream>

#include "agent/cli/exit_codes.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/commands/prompt_options_parser.h"
#include "agent/commands/scratch_folder.h"
#include "agent/prompting/compose.h"
#include "agent/prompting/findings_words.h"
#include "agent/prompting/wording.h"
#include "agent/settings/manifest.h"
#include "agent/workflows/metric_choice.h"
#include "mapping/program/probe.h"

namespace dlfix::agent {
namespace {

struct PromptCommand {
  ReadingOptions reading;
  PromptWords words;
  std::string task = "repair";
  std::string metric;
  std::string llm;
  bool run = false;
};

/// The study's words for its own programs.
Wording manifest_wording(const PromptCommand& command) {
  const auto manifest = find_manifest(command.reading.program);
  if (!manifest) return {};
  return command.task == "repair" ? manifest->repair : manifest->localisation;
}

void show_prompt(const PromptCommand& command, const PromptRequest& request,
                 const ComposedPrompt& prompt, bool as_json) {
  if (as_json) {
    print_json({{"task", command.task},
                {"mode", request.options.mode == PromptMode::kPaper ? "paper" : "assist"},
                {"template", prompt.template_name},
                {"prompt", prompt.text},
                {"sha256", prompt.sha256},
                {"tokens", prompt.tokens},
                {"tokens_are", "estimate"},
                {"context_limit", prompt.limit ? nlohmann::json(*prompt.limit) : nullptr},
                {"answer_schema",
                 prompt.json_schema.empty() ? nullptr : nlohmann::json::parse(prompt.json_schema)},
                {"notes", prompt.notes}});
    return;
  }
  std::cout << prompt.text << std::flush;
  for (const auto& note : prompt.notes) fmt::print(stderr, "note: {}\n", note);
  fmt::print(stderr, "\n{}: {}\n", prompt.template_name, length_words(prompt, request.model));
}

int print_prompt(const PromptCommand& command, const CommandContext& context) {
  const Resources resources = find_resources(own_executable());
  const ScratchFolder scratch;
  PromptRequest request;
  request.options = read_prompt_options(command.words, manifest_wording(command));
  request.probe = probe_options(command.reading, context, resources, scratch.path());
  const mapping::Program program =
      read_program(command.reading, request.probe, scratch.path(), command.run);
  request.program = &program;
  request.task =
      command.task == "repair" ? prompts::PromptTask::kRepair : prompts::PromptTask::kLocalise;
  request.model = command.llm.substr(command.llm.find(':') + 1);
  request.problem = problem_of(program);
  request.metric = choose_metric(program, request.problem.kind, command.metric).name;
  request.findings = data_finding_words(program);
  request.prompts_directory = resources.home + "/prompts";
  show_prompt(command, request, compose_prompt(request), context.json);
  return kExitSuccess;
}

}  // namespace

void add_prompt_command(CommandLine& line) {
  auto command = std::make_shared<PromptCommand>();
  CLI::App& app = line.add(
      "prompt", "The prompt that a model would be asked with; sends nothing",
      [command](const CommandContext& context) { return print_prompt(*command, context); });
  add_reading_options(app, command->reading);
  app.add_option("--task", command->task, "What is asked for")
      ->check(CLI::IsMember({"repair", "localise", "localize"}))
      ->capture_default_str();
  add_prompt_options(app, command->words);
  app.add_option("--metric", command->metric, "What counts as better");
  app.add_option("--llm", command->llm, "Provider and model whose context counts: openai:gpt-4");
  app.add_flag("--run", command->run,
               "Run the program's data code, for classes, sizes and findings");
  add_json_option(app);
}

}  // namespace dlfix::agent
