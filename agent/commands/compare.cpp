// `dlfix-agent compare PROGRAM...`
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <thread>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/commands/compare_localisers.h"
#include "agent/commands/compare_request.h"
#include "agent/commands/llm_options.h"
#include "agent/commands/program_run.h"
#include "agent/commands/prompt_options_parser.h"
#include "agent/commands/workers.h"
#include "agent/compare/compare.h"
#include "agent/compare/comparison_page.h"
#include "agent/compare/localising.h"
#include "agent/output/progress.h"
#include "agent/output/text_file.h"
#include "agent/store/caching_trainer.h"
#include "eval/repairers/factory.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

void write_comparison(const std::string& folder, const Comparison& comparison) {
  const auto write = [&](const std::string& name, const std::string& text) {
    write_text_file(folder + "/" + name, text, "--output");
  };
  write("comparison.json", to_json(comparison).dump(1) + "\n");
  write("comparison.txt", to_text(comparison));
  const bool repaired = !comparison.programs.empty();
  if (repaired) write("runs.csv", to_csv(comparison));
  if (comparison.localisation) write("localisation.csv", to_csv(*comparison.localisation));
  if (repaired) write("table.tex", to_latex(comparison));
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
void show_result(const Result& result, const CommandContext& context) {
  if (context.json) {
    std::cout << to_json(result).dump(2) << '\n' << std::flush;
  } else {
    std::cout << to_text(result) << std::flush;
  }
}

/// What every part of a comparison stands on.
struct ComparePlace {
  const CompareCommand& command;
  const CommandContext& context;
  const Resources& resources;
  ProgramRun& run;
  Reporter& reporter;

  /// Each program has a manifest, and so a name map, of its own.
  mapping::ProbeOptions probe_of(const std::string& program, const std::string& scratch) const {
    ReadingOptions reading = command.reading;
    reading.program = program;
    fs::create_directories(scratch);
    return probe_options(reading, context, resources, scratch);
  }
  AskedProgram asked(const ComparedProgram& entry) const {
    const std::string scratch = fmt::format("{}/{}", run.directory(), entry.name);
    return {entry.program, probe_of(entry.program, scratch)};
  }
  ModelSetting setting() const {
    return {command.llm, command.words, run.store(), resources.home + "/prompts"};
  }
};

LocaliserRuns localiser_runs(const ComparePlace& place) {
  return LocaliserRuns({place.resources, place.run.store(), place.reporter, place.command.trainer,
                        place.command.reading.python, place.command.localiser_seeds,
                        place.command.dynamic});
}

/// Both must outlive it.
LocalisingEnvironment localising_environment(const ComparePlace& place, LocaliserRuns& localisers) {
  const auto model = [&place](const Column& column) -> const ModelColumn& {
    return place.command.models.at(column.name);
  };
  return {place.reporter,
          interrupt_requested(),
          [&place](const ComparedProgram& entry) {
            return mapping::inspect_program(entry.program, place.asked(entry).probe);
          },
          [&place](const ComparedProgram& entry, const mapping::Program& text) {
            return known_faults_of(entry, place.asked(entry), text);
          },
          [&place, model](const Column& column, const ComparedProgram& entry,
                          const mapping::Program& text) {
            return ask_findings(place.setting(), model(column), place.asked(entry), text);
          },
          [&place, model](const Column& column, const ComparedProgram& entry,
                          const mapping::Program& text) {
            return foresee_findings(place.setting(), model(column), place.asked(entry), text);
          },
          [&place, &localisers](const std::string& localiser, const ComparedProgram& entry) {
            return localisers.run(localiser, entry, place.asked(entry),
                                  fmt::format("{}/{}/localise", place.run.directory(), entry.name));
          },
          [&place](const std::string& localiser) {
            const bool watches =
                watches_trainings(parse_localiser(localiser), place.command.dynamic);
            return watches ? place.command.localiser_seeds : 0;
          }};
}

/// What trains, and what it needs to stay.
class TrainingPlace {
 public:
  TrainingPlace(const ComparePlace& place, CompareRequest& request)
      : workers_(
            make_workers(place.resources, place.command.trainer, place.command.reading.python)),
        trainer_(*workers_.trainer, place.run.store(), workers_.family, ImportedTrainings::kServe),
        environment_{trainer_,
                     place.reporter,
                     interrupt_requested(),
                     [&place](const std::string& program, const std::string& directory) {
                       return mapping::capture_program(program, directory,
                                                       place.probe_of(program, directory));
                     },
                     place.run.directory(),
                     [&place](const Column& column, const ComparedProgram& entry) {
                       return open_patches(place.setting(), place.command.models.at(column.name),
                                           place.asked(entry));
                     }} {
    request.slow_start = place.command.trainer.keras();
    if (workers_.trainer->device_kind() == "cpu")
      request.parallel = std::max(1U, std::thread::hardware_concurrency());
  }
  TrainingPlace(const TrainingPlace&) = delete;  // the environment refers to its trainer
  TrainingPlace& operator=(const TrainingPlace&) = delete;
  const CompareEnvironment& environment() const { return environment_; }
  const std::string& remark() const { return workers_.remark; }
  std::int64_t imported() const { return trainer_.imported(); }

 private:
  Workers workers_;
  CachingTrainer trainer_;
  CompareEnvironment environment_;
};

Comparison compare_repair(CompareRequest& request, const ComparePlace& place) {
  const TrainingPlace training(place, request);
  Comparison comparison = compare(request, training.environment());
  if (!training.remark().empty())
    comparison.notes.insert(comparison.notes.begin(), training.remark());
  if (training.imported() > 0)
    comparison.notes.push_back(
        fmt::format("{} trainings were not made here: their values are imported (store import)",
                    training.imported()));
  return comparison;
}

ComparePlan plan_of(CompareRequest& request, const ComparePlace& place) {
  ComparePlan plan;
  if (place.command.task != "localise")
    plan = plan_comparison(request, TrainingPlace(place, request).environment());
  if (place.command.task != "repair") {
    LocaliserRuns localisers = localiser_runs(place);
    plan_localisation(request, localising_environment(place, localisers), plan);
  }
  return plan;
}

int compare_programs(CompareCommand command, const CommandContext& context) {
  const Resources resources = find_resources(own_executable());
  finish_comparison(command, resources);
  command.reading.program = command.request.programs.front().program;
  choose_keras_python(command.trainer, command.reading.python);
  ProgramRun run({"compare", command.store, command.reading, other_programs(command.request),
                  command.fresh, !command.dry_run},
                 context, resources);
  const auto reporter = make_reporter(command.quiet);
  const ComparePlace place{command, context, resources, run, *reporter};
  if (command.dry_run) {
    show_result(plan_of(command.request, place), context);
    return kExitSuccess;
  }
  Comparison comparison = command.task == "localise" ? empty_comparison(command.request)
                                                     : compare_repair(command.request, place);
  if (command.task != "repair" && !comparison.interrupted) {
    LocaliserRuns localisers = localiser_runs(place);
    comparison.localisation = localise_programs(
        command.request, localising_environment(place, localisers), comparison.notes);
    comparison.interrupted = interrupt_requested();
  }
  if (!command.output.empty()) write_comparison(command.output, comparison);
  run.finish(comparison.interrupted ? "interrupted" : "compared",
             nlohmann::json::parse(to_json(comparison).dump()));
  show_result(comparison, context);
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
  CLI::App& app = line.add(
      "compare", "Models, search techniques and localisers beside each other on several programs",
      [command](const CommandContext& context) {
        finish_llm_options(command->llm, context);
        return compare_programs(*command, context);
      });
  CompareRequest& request = command->request;
  app.add_option("programs", command->programs, "Keras programs (.py)");
  app.add_option("--faults", command->faults,
                 "Faults of the benchmark: D1,D6; a letter (D) for all of it; all")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option(
         "--ground-truth", command->fixes,
         "Fixed program (.py) or config (.json) of each program, in their order; by default "
         "X_fixed.py beside X.py, and what the benchmark has")
      ->allow_extra_args(false);
  app.add_option("--techniques", command->techniques,
                 fmt::format("Search techniques: {}", fmt::join(eval::repairer_names(), ",")))
      ->delimiter(',')
      ->allow_extra_args(false);
  add_llm_options(app, command->llm);
  app.add_option("--replay", command->replays,
                 "Recorded replies of a model, in place of asking it; repeatable")
      ->allow_extra_args(false);
  app.add_option("--replay-model", command->llm.replay_model, "Which model's recorded replies");
  add_prompt_options(app, command->words);
  app.add_option(
         "--localisers", request.localisers,
         fmt::format("Localisers that need no model: {}", fmt::join(localiser_names(), ",")))
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_flag("--dynamic", command->dynamic,
               "Localisers watch trainings; deepdiagnosis and deepfd always do");
  app.add_option("--localiser-seeds", command->localiser_seeds, "Watched trainings of a program")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--task", command->task, "Repairing, localising, or both")
      ->check(CLI::IsMember({"repair", "localise", "both"}))
      ->capture_default_str();
  app.add_option("--repetitions", request.repetitions,
                 "Searches of each technique; seeds of the faulty and the fixed program")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option(
         "--budget", command->budgets,
         "Of one search, as in `repair`; several, such as 10,20,50: of the largest, and what "
         "it had found within the others")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->capture_default_str();
  app.add_option(
         "--neutrality", command->neutrality,
         "Result of `neutrality` (.json) on one of the programs: other ground truths for its "
         "patches; repeatable")
      ->allow_extra_args(false);
  app.add_option("--space", request.space, "What may be searched")
      ->check(CLI::IsMember({"sane", "study"}))
      ->capture_default_str();
  app.add_option("--scores", command->scores,
                 "Scores as defined (corrected) or as the study computed them (printed)")
      ->check(CLI::IsMember({"printed", "corrected"}))
      ->capture_default_str();
  app.add_flag("--redraw", command->redraw,
               "Faults whose data the study drew anew in every training (D6, D8): each repetition "
               "has a drawing of its own");
  app.add_flag("--no-config-seeds", command->no_config_seeds,
               "Train a model's configs with their replies' seeds alone");
  app.add_flag(
      "--ablation", command->ablation,
      "What each part of an assist prompt is worth: a column for the paper's prompt and one "
      "for every part more");
  app.add_option("--shard", command->shard, "This machine's part: 1/3, 2/3 or 3/3");
  app.add_option("--output", command->output,
                 "Folder for the result as a page, JSON, text, CSV and LaTeX");
  app.add_flag(
      "--dry-run", command->dry_run,
      "Only say what would be trained and asked, how long it takes here and what it costs");
  add_reading(app, command->reading);
  add_trainer_options(app, command->trainer);
  add_store_option(app, command->store);
  app.add_flag("--fresh", command->fresh, "Do not go on with an interrupted run's data");
  app.add_flag("-q,--quiet", command->quiet, "No progress");
  add_json_option(app);
}

}  // namespace dlfix::agent
