// `dlfix-agent compare PROGRAM...`
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <set>
#include <thread>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/commands/llm_options.h"
#include "agent/commands/program_run.h"
#include "agent/commands/prompt_options_parser.h"
#include "agent/commands/workers.h"
#include "agent/compare/compare.h"
#include "agent/compare/comparison_page.h"
#include "agent/llm/connect.h"
#include "agent/output/progress.h"
#include "agent/output/text_file.h"
#include "agent/settings/manifest.h"
#include "agent/store/caching_trainer.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

/// What a column of replies asks.
struct ModelColumn {
  std::string llm;     ///< "openai:gpt-4o"; empty: `replay`
  std::string replay;  ///< FILE
  double temperature = 0;
};

struct CompareCommand {
  std::vector<std::string> programs;
  std::vector<std::string> fixes;
  std::vector<std::string> faults;
  std::vector<std::string> techniques;
  std::vector<std::string> replays;
  ReadingOptions reading;
  LlmOptions llm;
  PromptWords words;
  CompareRequest request;
  std::map<std::string, ModelColumn> models;  ///< by column
  std::string budget = "20";
  std::string scores = "corrected";
  std::string shard;
  std::string store;
  std::string output;
  TrainerChoice trainer;
  bool no_config_seeds = false;
  bool dry_run = false;
  bool fresh = false;
  bool quiet = false;
};

/// "X_fixed.py" beside "X.py".
std::string fix_beside(const fs::path& program) {
  const fs::path fix = program.parent_path() / (program.stem().string() + "_fixed.py");
  return fs::is_regular_file(fix) ? fix.string() : "";
}

ComparedProgram describe(const std::string& file, const std::string& fix) {
  check_program_file(file);
  ComparedProgram entry;
  entry.program = fs::absolute(file).lexically_normal().string();
  entry.name = fs::path(entry.program).stem().string();
  entry.fix = fix.empty() ? fix_beside(entry.program) : fix;
  const auto manifest = find_manifest(entry.program);
  if (!manifest) return entry;
  entry.name = manifest->id;
  entry.profile = manifest->profile;
  entry.metric = manifest->metric;
  entry.data_kind = manifest->data_kind;
  if (fix.empty()) entry.fix = manifest->fixed;
  if (manifest->split) entry.split = {manifest->split->test_size, manifest->split->seed};
  return entry;
}

void find_programs(CompareCommand& command, const Resources& resources) {
  for (const std::string& fault : command.faults)
    command.programs.push_back(resources.home + "/data/benchmark/" + fault + "/faulty.py");
  if (command.programs.empty())
    throw support::InputError("compare: no program",
                              "name programs, or faults of the benchmark: --faults D1,D6");
  if (!command.fixes.empty() && command.fixes.size() != command.programs.size())
    throw support::InputError(
        fmt::format("--ground-truth: {} for {} programs", command.fixes.size(),
                    command.programs.size()),
        "give one for each program in their order, or none: X_fixed.py beside X.py is found");
  std::set<std::string> names;
  for (std::size_t i = 0; i < command.programs.size(); ++i) {
    auto entry = describe(command.programs[i], command.fixes.empty() ? "" : command.fixes[i]);
    while (!names.insert(entry.name).second) entry.name += "'";
    command.request.programs.push_back(std::move(entry));
  }
}

/// The last part of a path, without its extension.
std::string stem_of(const std::string& file) { return fs::path(file).stem().string(); }

void add_model_columns(CompareCommand& command, const ModelColumn& base, const std::string& name) {
  for (const double temperature : command.llm.temperatures) {
    ModelColumn model = base;
    model.temperature = temperature;
    const std::string mode = !command.words.mode.empty() ? command.words.mode : "paper";
    const std::string column = fmt::format("{} at {}, {}", name, temperature, mode);
    if (!command.models.emplace(column, model).second) continue;
    command.request.columns.push_back({column, "llm"});
  }
}

void finish_comparison(CompareCommand& command, const Resources& resources) {
  CompareRequest& request = command.request;
  find_programs(command, resources);
  request.budget = parse_budget(command.budget);
  request.scores = *eval::parse_scores(command.scores);
  request.shard = parse_shard(command.shard);
  request.config_seeds = !command.no_config_seeds;
  for (const std::string& llm : command.llm.llms) add_model_columns(command, {llm, "", 0}, llm);
  for (const std::string& replay : command.replays)
    add_model_columns(command, {"", replay, 0}, stem_of(replay));
  for (const std::string& technique : command.techniques)
    request.columns.push_back({technique, technique});
  if (request.columns.empty())
    throw support::InputError("compare: nothing to compare",
                              "give --techniques random,guided, --llm NAME:MODEL or --replay FILE");
  if (!command.output.empty()) make_result_folder(command.output, "--output");
}

std::unique_ptr<PatchSource> open_model(const CompareCommand& command, const Column& column,
                                        const ComparedProgram& program, Store& store,
                                        const mapping::ProbeOptions& probe,
                                        const std::string& prompts) {
  const ModelColumn& model = command.models.at(column.name);
  LlmOptions llm = command.llm;
  llm.llms.clear();
  if (!model.llm.empty()) llm.llms = {model.llm};
  llm.replay = model.replay;
  llm.replay_task = "repair";
  llm.temperatures = {model.temperature};
  Wording wording;
  if (const auto manifest = find_manifest(program.program)) {
    llm.known_subjects = manifest->repair_subjects;
    llm.known_subjects.push_back(manifest->id);
    wording = manifest->repair;
  }
  llm.known_subjects.push_back(stem_of(program.program));
  auto endpoints = open_endpoints(llm, process_environment());
  PromptWords words = command.words;
  if (words.mode.empty()) words.mode = "paper";
  const bool published = std::ranges::any_of(endpoints, &Endpoint::other_text);
  PatchSource::Setup setup{llm, read_prompt_options(words, wording, published), prompts, probe};
  return std::make_unique<PatchSource>(std::move(setup), std::move(endpoints), store,
                                       interrupt_requested());
}

void write_comparison(const std::string& folder, const Comparison& comparison) {
  const auto write = [&](const std::string& name, const std::string& text) {
    write_text_file(folder + "/" + name, text, "--output");
  };
  write("comparison.json", to_json(comparison).dump(1) + "\n");
  write("comparison.txt", to_text(comparison));
  write("runs.csv", to_csv(comparison));
  write("table.tex", to_latex(comparison));
  write("comparison.html", to_html(comparison));
}

std::vector<std::string> other_programs(const CompareRequest& request) {
  std::vector<std::string> files;
  for (const auto& entry : request.programs) {
    files.push_back(entry.program);
    files.push_back(entry.fix);
  }
  return files;
}

template <typename Result>
void show(const Result& result, const CommandContext& context) {
  if (context.json) {
    std::cout << to_json(result).dump(2) << '\n' << std::flush;
  } else {
    std::cout << to_text(result) << std::flush;
  }
}

int compare_programs(CompareCommand command, const CommandContext& context) {
  const Resources resources = find_resources(own_executable());
  finish_comparison(command, resources);
  command.reading.program = command.request.programs.front().program;
  choose_keras_python(command.trainer, command.reading.python);
  ProgramRun run({"compare", command.store, command.reading, other_programs(command.request),
                  command.fresh, !command.dry_run},
                 context, resources);
  SilentReporter silent;
  ProgressReporter progress(ProgressReporter::Detail::kNormal);
  Reporter& reporter = command.quiet ? static_cast<Reporter&>(silent) : progress;
  const Workers workers = make_workers(resources, command.trainer, command.reading.python);
  CachingTrainer trainer(*workers.trainer, run.store(), workers.family);
  if (workers.trainer->device_kind() == "cpu")
    command.request.parallel = std::max(1U, std::thread::hardware_concurrency());
  // Each program has a manifest, and so a name map, of its own.
  const auto probe_of = [&](const std::string& program, const std::string& scratch) {
    ReadingOptions reading = command.reading;
    reading.program = program;
    fs::create_directories(scratch);
    return probe_options(reading, context, resources, scratch);
  };
  const CaptureFunction capture = [&](const std::string& program, const std::string& directory) {
    return mapping::capture_program(program, directory, probe_of(program, directory));
  };
  const auto model = [&](const Column& column, const ComparedProgram& program) {
    const std::string scratch = fmt::format("{}/{}", run.directory(), program.name);
    return open_model(command, column, program, run.store(), probe_of(program.program, scratch),
                      resources.home + "/prompts");
  };
  const CompareEnvironment environment{trainer, reporter,        interrupt_requested(),
                                       capture, run.directory(), model};
  if (command.dry_run) {
    show(plan_comparison(command.request, environment), context);
    return kExitSuccess;
  }
  Comparison comparison = compare(command.request, environment);
  if (!workers.remark.empty()) comparison.notes.insert(comparison.notes.begin(), workers.remark);
  if (!command.output.empty()) write_comparison(command.output, comparison);
  run.finish(comparison.interrupted ? "interrupted" : "compared",
             nlohmann::json::parse(to_json(comparison).dump()));
  show(comparison, context);
  return comparison.interrupted ? kExitInterrupted : kExitSuccess;
}

void add_reading(CLI::App& app, ReadingOptions& reading) {
  app.add_option("--python", reading.python, "Python interpreter that reads the programs");
  app.add_option("--data-dir", reading.data_dir, "Where keras.datasets files lie")
      ->envname("DLFIX_DATA");
  app.add_option("--frontend", reading.frontend, "What runs the programs' own code")
      ->check(CLI::IsMember({"auto", "standin", "keras"}))
      ->capture_default_str();
}

}  // namespace

void add_compare_command(CommandLine& line) {
  auto command = std::make_shared<CompareCommand>();
  CLI::App& app =
      line.add("compare", "Models and search techniques beside each other on several programs",
               [command](const CommandContext& context) {
                 finish_llm_options(command->llm, context);
                 return compare_programs(*command, context);
               });
  CompareRequest& request = command->request;
  app.add_option("programs", command->programs, "Keras programs (.py)");
  app.add_option("--faults", command->faults, "Faults of the benchmark: D1,D6")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--ground-truth", command->fixes,
                 "Fixed program (.py) or config (.json) of each program, in their order; by default "
                 "X_fixed.py beside X.py, and what the benchmark has")
      ->allow_extra_args(false);
  app.add_option("--techniques", command->techniques, "Search techniques: random,guided")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"random", "guided"}));
  add_llm_options(app, command->llm);
  app.add_option("--replay", command->replays,
                 "Recorded replies of a model, in place of asking it; repeatable")
      ->allow_extra_args(false);
  app.add_option("--replay-model", command->llm.replay_model, "Which model's recorded replies");
  add_prompt_options(app, command->words);
  app.add_option("--repetitions", request.repetitions,
                 "Searches of each technique; seeds of the faulty and the fixed program")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--budget", command->budget, "Of one search, as in `repair`")
      ->capture_default_str();
  app.add_option("--space", request.space, "What may be searched")
      ->check(CLI::IsMember({"sane", "study"}))
      ->capture_default_str();
  app.add_option("--scores", command->scores,
                 "Scores as defined (corrected) or as the study computed them (printed)")
      ->check(CLI::IsMember({"printed", "corrected"}))
      ->capture_default_str();
  app.add_flag("--no-config-seeds", command->no_config_seeds,
               "Train a model's configs with their replies' seeds alone");
  app.add_option("--shard", command->shard, "This machine's part: 1/3, 2/3 or 3/3");
  app.add_option("--output", command->output, "Folder for the result as a page, JSON, text, CSV and LaTeX");
  app.add_flag("--dry-run", command->dry_run, "Only say what would be trained and asked");
  add_reading(app, command->reading);
  add_trainer_options(app, command->trainer);
  add_store_option(app, command->store);
  app.add_flag("--fresh", command->fresh, "Do not go on with an interrupted run's data");
  app.add_flag("-q,--quiet", command->quiet, "No progress");
  add_json_option(app);
}

}  // namespace dlfix::agent
