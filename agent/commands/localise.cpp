// `dlfix-agent localise FILE`: by rules; with --llm NAME:MODEL or --replay by a model's answers;
// with --localisers by both, merged.
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <memory>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/commands/llm_options.h"
#include "agent/commands/prompt_options_parser.h"
#include "agent/commands/scratch_folder.h"
#include "agent/commands/workers.h"
#include "agent/localise/combined.h"
#include "agent/localise/deepfd_models.h"
#include "agent/localise/localisation_report.h"
#include "agent/localise/other_sources.h"
#include "agent/localise/rule_report.h"
#include "agent/localise/sarif.h"
#include "agent/output/progress.h"
#include "agent/output/text_file.h"
#include "agent/prompting/findings_words.h"
#include "agent/prompting/wording.h"
#include "agent/settings/manifest.h"
#include "agent/store/caching_trainer.h"
#include "agent/workflows/metric_choice.h"
#include "agent/workflows/watched_trainings.h"
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
  std::vector<std::string> localisers;  ///< empty: all that can be run
  std::string tools = "mended";
  bool dynamic = false;
  int seeds = 3;
  TrainerChoice trainer;
  bool quiet = false;
  std::string sarif;
  std::string fail_on = "never";
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

/// Reads ground truths as the program itself was read.
std::optional<KnownFaults> known_faults(const LocaliseCommand& command,
                                        const mapping::Program& program,
                                        const mapping::ProbeOptions& probe,
                                        const std::string& scratch) {
  if (command.ground_truths.empty()) return std::nullopt;
  return read_known_faults(program, command.ground_truths, [&](const std::string& file) {
    ReadingOptions reading = command.reading;
    reading.program = file;
    return read_program(reading, probe, scratch + "/truth", command.run);
  });
}

bool names_localiser(const LocaliseCommand& command, const std::string& name) {
  return std::ranges::find(command.localisers, name) != command.localisers.end();
}

bool asks_a_model(const LocaliseCommand& command) {
  return command.llm.asked_for() && (command.localisers.empty() || names_localiser(command, "llm"));
}

// A model's answers alone, in a report of their own.
bool asks_nobody_else(const LocaliseCommand& command) {
  return command.localisers.empty() || command.localisers == std::vector<std::string>{"llm"};
}

// All sources that need no model, merged; the default.
bool is_combined(const LocaliseCommand& command) {
  return command.localisers.empty() || names_localiser(command, "combined");
}

/// All reports that are asked for.
std::vector<ToolReport> tool_reports(const LocaliseCommand& command,
                                     const mapping::Program& program, const WatchedRuns& watched,
                                     RuleOptions options) {
  if (!is_combined(command)) return run_rule_localisers(program, watched, options);
  auto reports = combined_sources(program, watched, options.reading, options.deepfd);
  const auto& merged = combined_tools();
  std::erase_if(options.tools, [&](const std::string& tool) {
    return std::ranges::find(merged, tool) != merged.end();
  });
  for (auto& report : run_rule_localisers(program, watched, options)) {
    reports.push_back(std::move(report));
  }
  return reports;
}

RuleOptions rule_options(const LocaliseCommand& command) {
  RuleOptions options;
  options.reading = eval::parse_tool_reading(command.tools);
  for (const std::string& tool : rule_tools()) {
    const bool merged =
        is_combined(command) && std::ranges::find(combined_tools(), tool) != combined_tools().end();
    if (merged || names_localiser(command, tool)) options.tools.push_back(tool);
  }
  if (asks_a_model(command) && options.tools.empty()) return options;
  if (options.tools.empty()) {
    throw support::InputError("localise: no provider is configured for the localiser llm",
                              "give --llm openai:MODEL or --replay FILE");
  }
  const bool any_static = std::any_of(options.tools.begin(), options.tools.end(), is_static_tool);
  if (!command.dynamic && !any_static) {
    throw support::InputError(options.tools.front() + " looks at trainings",
                              "add --dynamic, which trains the program");
  }
  return options;
}

WatchedRuns watch(const LocaliseCommand& command, const mapping::Program& program,
                  const RuleOptions& options, const Resources& resources,
                  const std::string& scratch) {
  Store store(command.store);
  const Workers workers = make_workers(resources, command.trainer, "");
  CachingTrainer trainer(*workers.trainer, store, workers.family);
  const auto reporter = make_reporter(command.quiet);
  install_interrupt_handlers();
  Bench bench(trainer, *reporter, interrupt_requested());
  reporter->phase("watch", fmt::format("{} trainings of the program as it is", command.seeds));
  return watch_trainings(program, {options, command.seeds, command.reading.profile}, scratch,
                         bench);
}

/// The program as this call of the command reads it.
struct ReadSubject {
  ReadSubject(LocaliseCommand& command, const CommandContext& context)
      : resources(find_resources(own_executable())),
        probe(probe_options(command.reading, context, resources, scratch.path())),
        program(read_program(command.reading, probe, scratch.path(), command.run)),
        known(known_faults(command, program, probe, scratch.path())) {}

  Resources resources;
  ScratchFolder scratch;
  mapping::ProbeOptions probe;
  mapping::Program program;
  std::optional<KnownFaults> known;
};

/// Whom to ask and how; settled before the program is read.
struct Questions {
  std::optional<Manifest> manifest;
  std::vector<Endpoint> endpoints;
};

Questions prepare_questions(LocaliseCommand& command, const CommandContext& context) {
  Questions questions;
  questions.manifest = find_manifest(command.reading.program);
  if (questions.manifest) use_manifest(*questions.manifest, command.llm);
  command.llm.known_subjects.push_back(
      std::filesystem::path(command.reading.program).stem().string());
  command.llm.replay_task = "localise";
  finish_llm_options(command.llm, context);
  questions.endpoints = open_endpoints(command.llm, process_environment());
  return questions;
}

struct Answers {
  FindingReplies replies;
  std::string mapper;
  std::string prompt_template;
};

Answers ask_models(const LocaliseCommand& command, const Questions& questions,
                   const ReadSubject& subject) {
  const auto& [manifest, endpoints] = questions;
  const auto options = read_prompt_options(
      command.words, manifest ? manifest->localisation : Wording{}, endpoints.front().other_text);
  PromptRequest request =
      prompt_request(command, subject.program, options, endpoints.front(), subject.resources);
  request.probe = subject.probe;
  const ComposedPrompt prompt = compose_prompt(request);
  Store store(command.store);
  install_interrupt_handlers();
  const Asking asking{command.llm, endpoints, store, interrupt_requested()};
  const auto mapper = make_mapper(command.mapper, asking);
  return {ask_for_findings(prompt, subject.program, asking, *mapper), mapper->name(),
          prompt.template_name};
}

void print_report(const auto& report, const ReadSubject& subject, const CommandContext& context) {
  if (context.json) {
    print_json(to_json(report));
  } else {
    fmt::print("{}", to_text(report, mapping::read_sources(subject.program)));
  }
}

// Paths are told from where the user stands, which in a code-scanning job is the repository.
void write_sarif(const LocaliseCommand& command, const RuleReport& report,
                 const ReadSubject& subject) {
  const auto document = to_sarif(report, mapping::read_sources(subject.program),
                                 std::filesystem::current_path().string());
  const std::string text =
      document.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  if (command.sarif == "-") {
    fmt::print("{}", text);
  } else {
    write_text_file(command.sarif, text, "--sarif");
  }
}

int localise_by_model(LocaliseCommand& command, const CommandContext& context) {
  const Questions questions = prepare_questions(command, context);
  ReadSubject subject(command, context);
  const Answers answers = ask_models(command, questions, subject);
  LocalisationReport report = make_localisation_report(subject.program, answers.replies);
  if (subject.known) {
    report.truth = score_findings(answers.replies, std::move(*subject.known),
                                  *eval::parse_scores(command.scores));
  }
  report.mapper = answers.mapper;
  report.prompt_template = answers.prompt_template;
  print_report(report, subject, context);
  return interrupt_requested() ? kExitInterrupted : kExitSuccess;
}

/// By all sources that are asked for, merged.
int localise_by_rules(LocaliseCommand& command, const CommandContext& context) {
  std::optional<Questions> questions;
  if (asks_a_model(command)) questions = prepare_questions(command, context);
  RuleOptions options = rule_options(command);
  command.run = command.run || command.dynamic;
  const ReadSubject subject(command, context);
  const mapping::Program& program = subject.program;
  std::optional<eval::DeepFdModel> deepfd;
  WatchedRuns trainings;
  if (command.dynamic) {
    if (std::ranges::find(options.tools, "deepfd") != options.tools.end()) {
      options.deepfd = &deepfd.emplace(shipped_deepfd_model(subject.resources, options.reading));
    }
    trainings = watch(command, program, options, subject.resources, subject.scratch.path());
  }
  if (interrupt_requested()) return kExitInterrupted;
  auto tools = tool_reports(command, program, trainings, options);
  if (questions) {
    tools.push_back(replies_as_tool(program, ask_models(command, *questions, subject).replies));
  }
  RuleReport report =
      make_rule_report(program, std::move(tools), options.reading, mapping::read_sources(program),
                       is_combined(command) ? combined_judge() : RuleJudge{});
  if (!trainings.failure.empty()) {
    report.notes.push_back("a watched training ended early: " + trainings.failure);
  }
  if (subject.known) score_rules(report, *subject.known, *eval::parse_scores(command.scores));
  if (!command.sarif.empty()) write_sarif(command, report, subject);
  if (command.sarif != "-") print_report(report, subject, context);
  if (interrupt_requested()) return kExitInterrupted;
  return command.fail_on == "fault" && report.open_faults() > 0 ? kExitVerdict : kExitSuccess;
}

int localise(LocaliseCommand& command, const CommandContext& context) {
  check_program_file(command.reading.program);
  const bool by_model = asks_a_model(command) && asks_nobody_else(command) && command.sarif.empty();
  return by_model ? localise_by_model(command, context) : localise_by_rules(command, context);
}

}  // namespace

void add_localise_command(CommandLine& line) {
  auto command = std::make_shared<LocaliseCommand>();
  CLI::App& app =
      line.add("localise",
               "What is wrong with a program, as fault types at their places: by rules, or, with "
               "--llm or --replay, by a model's answers",
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
  std::vector<std::string> names = rule_tools();
  names.insert(names.end(), {"llm", "combined"});
  app.add_option("--localisers", command->localisers,
                 "Which: neuralint,umlaut,deepdiagnosis,deepfd,deeplocalize,llm; combined (the "
                 "default): all that need "
                 "no model. What several name is merged")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(names));
  app.add_option("--tools", command->tools, "Reading of the published tools")
      ->check(CLI::IsMember(eval::tool_readings()))
      ->capture_default_str();
  app.add_flag("--dynamic", command->dynamic,
               "Train the program as it is and watch it: what only a training shows");
  app.add_option("--seeds", command->seeds, "Watched trainings")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--fail-on", command->fail_on, "Exit with 1 when a fault is found (fault), or not")
      ->check(CLI::IsMember({"fault", "never"}))
      ->capture_default_str();
  app.add_option("--sarif", command->sarif,
                 "Also write the findings of rules to this file as SARIF 2.1.0, for code scanning; "
                 "-: to standard output and nothing else there");
  app.add_flag("-q,--quiet", command->quiet, "No progress");
  add_trainer_options(app, command->trainer);
  add_store_option(app, command->store);
  add_json_option(app);
}

}  // namespace dlfix::agent
