// `dlfix-agent localise FILE --llm NAME:MODEL`
#include <fmt/format.h>

#include <filesystem>
#include <memory>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/commands/llm_options.h"
#include "agent/commands/prompt_options_parser.h"
#include "agent/commands/scratch_folder.h"
#include "agent/localise/localisation_report.h"
#include "agent/prompting/findings_words.h"
#include "agent/prompting/wording.h"
#include "agent/settings/manifest.h"
#include "agent/workflows/metric_choice.h"
#include "mapping/program/edits.h"
#include "mapping/program/probe.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

struct LocaliseCommand {
  ReadingOptions reading;
  LlmOptions llm;
  PromptWords words;
  std::string mapper = "rules";
  std::string store;
  std::vector<std::string> ground_truths;
  std::string scores = "corrected";
  bool run = false;
};

void use_manifest(const Manifest& manifest, LlmOptions& llm) {
  for (const auto& name : {manifest.fl_id, manifest.id}) {
    if (!name.empty()) llm.known_subjects.push_back(name);
  }
}

PromptRequest prompt_request(const LocaliseCommand& command, const mapping::Program& program,
                             const PromptOptions& options, const Endpoint& endpoint,
                             const Resources& resources) {
  PromptRequest request;
  request.program = &program;
  request.task = prompts::PromptTask::kLocalise;
  request.options = options;
  request.model = endpoint.model;
  request.problem = problem_of(program);
  request.metric = choose_metric(program, request.problem.kind, "").name;
  if (command.run) request.findings = data_finding_words(program);
  request.prompts_directory = resources.home + "/prompts";
  return request;
}

int localise(LocaliseCommand& command, const CommandContext& context) {
  if (!command.llm.asked_for()) {
    throw support::InputError("localise: no provider is configured",
                              "give --llm openai:MODEL or --replay FILE");
  }
  check_program_file(command.reading.program);
  const auto manifest = find_manifest(command.reading.program);
  if (manifest) use_manifest(*manifest, command.llm);
  command.llm.known_subjects.push_back(
      std::filesystem::path(command.reading.program).stem().string());
  command.llm.replay_task = "localise";
  finish_llm_options(command.llm, context);
  const auto endpoints = open_endpoints(command.llm, process_environment());

  const Resources resources = find_resources(own_executable());
  const ScratchFolder scratch;
  const auto probe = probe_options(command.reading, context, resources, scratch.path());
  const mapping::Program program =
      read_program(command.reading, probe, scratch.path(), command.run);
  const bool published = endpoints.front().other_text;
  const auto options =
      read_prompt_options(command.words, manifest ? manifest->localisation : Wording{}, published);
  PromptRequest request = prompt_request(command, program, options, endpoints.front(), resources);
  request.probe = probe;
  const ComposedPrompt prompt = compose_prompt(request);

  Store store(command.store);
  install_interrupt_handlers();
  const Asking asking{command.llm, endpoints, store, interrupt_requested()};
  const auto mapper = make_mapper(command.mapper, asking);
  std::optional<KnownFaults> known;
  if (!command.ground_truths.empty())
    known = read_known_faults(program, command.ground_truths, [&](const std::string& file) {
      ReadingOptions reading = command.reading;
      reading.program = file;
      return read_program(reading, probe, scratch.path() + "/truth", command.run);
    });
  const FindingReplies replies = ask_for_findings(prompt, program, asking, *mapper);
  LocalisationReport report = make_localisation_report(program, replies);
  if (known)
    report.truth = score_findings(replies, std::move(*known), *eval::parse_scores(command.scores));
  report.mapper = mapper->name();
  report.prompt_template = prompt.template_name;
  if (context.json) {
    print_json(to_json(report));
  } else {
    fmt::print("{}", to_text(report, mapping::read_sources(program)));
  }
  return interrupt_requested() ? kExitInterrupted : kExitSuccess;
}

}  // namespace

void add_localise_command(CommandLine& line) {
  auto command = std::make_shared<LocaliseCommand>();
  CLI::App& app =
      line.add("localise", "Ask a model what is wrong; its answers as fault types at their places",
               [command](const CommandContext& context) { return localise(*command, context); });
  app.alias("localize");
  add_reading_options(app, command->reading);
  add_llm_options(app, command->llm);
  app.add_option("--replay", command->llm.replay,
                 "Recorded replies, FILE or FILE:SUBJECT, in place of a provider");
  app.add_option("--replay-model", command->llm.replay_model, "Which model's recorded replies");
  add_prompt_options(app, command->words);
  app.add_option("--mapper", command->mapper, "How answers become fault types")
      ->check(CLI::IsMember({"rules", "llm", "hybrid"}))
      ->capture_default_str();
  app.add_option("--ground-truth", command->ground_truths,
                 "Score the replies against a fixed program (.py), a config, a benchmark manifest "
                 "or a result of `neutrality` (.json); repeatable");
  app.add_option("--scores", command->scores,
                 "Scores as defined (corrected) or as the study computed them (printed)")
      ->check(CLI::IsMember({"printed", "corrected"}))
      ->capture_default_str();
  app.add_flag("--run", command->run,
               "Run the program's data code, for classes, sizes and findings");
  add_store_option(app, command->store);
  add_json_option(app);
}

}  // namespace dlfix::agent
