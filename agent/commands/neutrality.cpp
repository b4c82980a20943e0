// `dlfix-agent neutrality FILE`
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <thread>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/commands/program_run.h"
#include "agent/commands/workers.h"
#include "agent/output/neutrality_text.h"
#include "agent/output/progress.h"
#include "agent/output/text_file.h"
#include "agent/settings/manifest.h"
#include "agent/store/caching_trainer.h"
#include "agent/workflows/neutrality.h"
#include "eval/truths/graph_pictures.h"
#include "eval/truths/graph_table.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

struct NeutralityCommand {
  ReadingOptions reading;
  NeutralityRequest request;
  std::string budget;
  std::string scores = "corrected";
  std::string store;
  std::string output;
  TrainerChoice trainer;
  std::string name;  ///< of the files that --output writes
  bool no_confirm = false;
  bool fresh = false;
  bool quiet = false;
};

/// What is not asked for is as the study had it.
void complete_by_manifest(const Manifest& manifest, NeutralityCommand& command) {
  NeutralityRequest& request = command.request;
  if (request.profile.empty()) request.profile = manifest.profile;
  if (request.fix.empty()) request.fix = manifest.fixed;
  if (request.metric.empty()) request.metric = manifest.metric;
  request.names = manifest.names;
  if (manifest.split) request.split = {manifest.split->test_size, manifest.split->seed};
  request.redrawn = manifest.redrawn;
  command.name = manifest.id;
}

void finish_neutrality(NeutralityCommand& command) {
  NeutralityRequest& request = command.request;
  check_program_file(command.reading.program);
  request.program = fs::absolute(command.reading.program).lexically_normal().string();
  request.profile = command.reading.profile;
  request.scores = *eval::parse_scores(command.scores);
  request.confirm = !command.no_confirm;
  if (!command.budget.empty()) request.budget = parse_budget(command.budget);
  command.name = fs::path(request.program).stem().string();
  if (const auto manifest = find_manifest(request.program))
    complete_by_manifest(*manifest, command);
  if (request.fix.empty())
    throw support::InputError("neutrality: no known fix to compare with",
                              "give --ground-truth with a fixed program (.py) or a config (.json)");
  if (!fs::is_regular_file(request.fix))
    throw support::InputError("--ground-truth " + request.fix + ": there is no such file",
                              "give a fixed program (.py) or a config (.json)");
  if (!command.output.empty()) make_result_folder(command.output, "--output");
}

void write_files(const NeutralityCommand& command, const NeutralityReport& report) {
  const std::string stem =
      fmt::format("{}/{}_algo-gtsearch_k-{}", command.output, command.name, command.request.top_k);
  write_text_file(stem + ".tsv", eval::graph_table(report.result.graph), "--output");
  write_text_file(stem + ".json", to_document(report).dump(1) + "\n", "--output");
  write_text_file(stem + ".dot", eval::to_dot(report.result), "--output");
  write_text_file(stem + ".svg", eval::to_svg(report.result), "--output");
}

NeutralityReport analysed(const NeutralityRequest& request,
                          const NeutralityEnvironment& environment, ProgramRun& run) {
  try {
    return analyse_neutrality(request, environment);
  } catch (const support::InputError&) {
    run.discard();
    throw;
  }
}

int neutrality(NeutralityCommand command, const CommandContext& context) {
  finish_neutrality(command);
  const Resources resources = find_resources(own_executable());
  choose_keras_python(command.trainer, command.reading.python);
  ProgramRun run(
      {"neutrality", command.store, command.reading, {command.request.fix}, command.fresh}, context,
      resources);
  const auto reporter = make_reporter(command.quiet);
  const Workers workers =
      make_workers(resources, command.trainer, command.reading.python,
                   keras_program(command.request.program, run.probe(), run.directory() + "/keras"));
  CachingTrainer trainer(*workers.trainer, run.store(), workers.family);
  if (workers.trainer->device_kind() == "cpu")
    command.request.parallel = std::max(1U, std::thread::hardware_concurrency());
  NeutralityReport report =
      analysed(command.request,
               {trainer, *reporter, interrupt_requested(), run.capture(), run.directory()}, run);
  if (!workers.remark.empty()) report.notes.insert(report.notes.begin(), workers.remark);
  if (!command.output.empty()) write_files(command, report);
  run.finish(report.interrupted ? "interrupted" : "analysed",
             nlohmann::json::parse(to_document(report).dump()));
  if (context.json) {
    std::cout << to_document(report).dump(2) << '\n' << std::flush;
  } else {
    std::cout << to_text(report) << std::flush;
  }
  return report.interrupted ? kExitInterrupted : kExitSuccess;
}

}  // namespace

void add_neutrality_command(CommandLine& line) {
  auto command = std::make_shared<NeutralityCommand>();
  CLI::App& app =
      line.add("neutrality", "Other settings that are at least as good as a known fix",
               [command](const CommandContext& context) { return neutrality(*command, context); });
  NeutralityRequest& request = command->request;
  add_reading_options(app, command->reading);
  app.add_option(
      "--ground-truth", request.fix,
      "The known fix: program (.py) or config (.json); a benchmark program knows its own");
  app.add_option("--scores", command->scores,
                 "printed: hold-out rows and two decimals, as the study; corrected: searched and "
                 "confirmed on different rows")
      ->check(CLI::IsMember({"printed", "corrected"}))
      ->capture_default_str();
  app.add_option("--budget", command->budget,
                 "Search: 48h (90s, 5m), 200trials (settings) or 500 (trainings of the program); "
                 "default 30m");
  app.add_option("--seeds", request.seeds, "Trainings of each setting")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  app.add_option("--seed", request.seed, "What the settings' seeds are drawn from")
      ->check(CLI::Range(0, 1000000))
      ->capture_default_str();
  app.add_option("--top", request.top_k, "Better neighbours of a setting that are followed")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_flag("--follow-equal", request.follow_equal,
               "Also follow neighbours that are exactly as good as their parent");
  app.add_flag("--no-confirm", command->no_confirm,
               "Do not measure alternatives on rows that the search has not seen");
  app.add_option("--metric", request.metric, "What counts as better");
  app.add_option("--output", command->output, "Folder for the graph as TSV, JSON, DOT and SVG");
  add_trainer_options(app, command->trainer);
  add_store_option(app, command->store);
  app.add_flag("--fresh", command->fresh, "Do not go on with an interrupted run's data");
  app.add_flag("-q,--quiet", command->quiet, "No progress");
  add_json_option(app);
}

}  // namespace dlfix::agent
