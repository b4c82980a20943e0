#include "agent/commands/eval_localisation.h"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/common_options.h"
#include "agent/commands/scratch_folder.h"
#include "agent/commands/study_session.h"
#include "agent/commands/workers.h"
#include "agent/localise/deepfd_models.h"
#include "agent/localise/evaluation.h"
#include "agent/output/progress.h"
#include "agent/output/text_file.h"
#include "agent/store/caching_trainer.h"
#include "agent/workflows/watched_trainings.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

struct LocalisationCommand {
  std::string directory;
  std::vector<std::string> localisers{"neuralint", "umlaut", "combined"};
  std::vector<std::string> programs;
  std::string tools = "study";
  std::string scores = "corrected";
  bool text_only = false;
  bool dynamic = false;
  int seeds = 3;
  std::vector<std::string> watched;  ///< programs whose trainings are looked at; empty: all
  std::int64_t watched_epochs = 0;
  std::string learn;
  ReadingOptions reading;
  TrainerChoice trainer;
  std::string store;
  bool quiet = false;
};

/// Trains and watches programs, for the localisers that look at trainings.
class Watcher {
 public:
  Watcher(const LocalisationCommand& command, const Resources& resources, Reporter& reporter)
      : command_(command),
        store_(command.store),
        workers_(make_workers(resources, command.trainer, "")),
        trainer_(*workers_.trainer, store_, workers_.family),
        reporter_(reporter) {}

  WatchedRuns watch(const mapping::Program& whole, const RuleOptions& rules) {
    const ScratchFolder scratch;
    Bench bench(trainer_, reporter_, interrupt_requested());
    mapping::Program program = whole;
    if (command_.watched_epochs > 0) {
      program.fit.epochs = std::min(program.fit.epochs, command_.watched_epochs);
    }
    return watch_trainings(program, {rules, command_.seeds, command_.reading.profile},
                           scratch.path(), bench);
  }

 private:
  const LocalisationCommand& command_;
  Store store_;
  Workers workers_;
  CachingTrainer trainer_;
  Reporter& reporter_;
};

/// A localiser that looks at nothing but trainings gets them without --dynamic, too.
bool looks_at_trainings(const LocalisationCommand& command) {
  return command.dynamic || std::ranges::any_of(command.localisers, [](const std::string& name) {
           return name != "combined" && !is_static_tool(name);
         });
}

/// What DeepFD has learnt, as far as this run needs it.
class DeepFdModels {
 public:
  DeepFdModels(const LocalisationCommand& command, const Resources& resources) {
    if (std::ranges::find(command.localisers, "deepfd") != command.localisers.end()) {
      of_reading_ = shipped_deepfd_model(resources, eval::parse_tool_reading(command.tools));
    }
    if (command.dynamic) mended_ = shipped_deepfd_model(resources, eval::ToolReading::kMended);
  }
  const eval::DeepFdModel* of_reading() const { return of_reading_ ? &*of_reading_ : nullptr; }
  const eval::DeepFdModel* mended() const { return mended_ ? &*mended_ : nullptr; }

 private:
  std::optional<eval::DeepFdModel> of_reading_, mended_;
};

bool is_among(const std::vector<std::string>& ids, const KnownProgram& known) {
  return ids.empty() || std::ranges::find(ids, known.id) != ids.end() ||
         std::ranges::find(ids, known.group) != ids.end();
}

std::vector<KnownProgram> chosen_programs(const LocalisationCommand& command,
                                          const Resources& resources) {
  auto programs = known_programs(resources.home);
  std::erase_if(programs, [&](const auto& known) { return !is_among(command.programs, known); });
  if (programs.empty()) {
    throw support::InputError("--programs: there is none of these names",
                              "`dlfix-agent faults list` names them: M1, D4, or M for all of M");
  }
  return programs;
}

/// One line a group, as a person compares such files.
std::string weights_text(const eval::RuleWeights& weights) {
  const nlohmann::json document = weights.to_json();
  std::string text = fmt::format("{{\n \"version\": 1,\n \"least_score\": {},\n \"groups\": {{",
                                 document["least_score"].dump());
  const char* separator = "\n";
  for (const auto& [group, rules] : document["groups"].items()) {
    text += fmt::format("{}  \"{}\": {}", separator, group, rules.dump());
    separator = ",\n";
  }
  return text + "\n }\n}\n";
}

int eval_localisation(LocalisationCommand command, const CommandContext& context) {
  const Resources resources = find_resources(own_executable());
  command.reading.data_dir = study_data_directory(command.reading, command.directory);
  const auto reporter = make_reporter(command.quiet);
  install_interrupt_handlers();

  LocalisationEvaluation evaluation;
  evaluation.reading = command.tools;
  evaluation.scores = *eval::parse_scores(command.scores);
  evaluation.localisers = command.localisers;
  const DeepFdModels models(command, resources);
  const JudgeOptions options{command.localisers,  eval::parse_tool_reading(command.tools),
                             !command.text_only,  command.dynamic,
                             models.of_reading(), models.mended()};
  std::optional<Watcher> watcher;
  WatchKnownProgram watch;
  if (looks_at_trainings(command)) {
    watcher.emplace(command, resources, *reporter);
    watch = [&](const mapping::Program& program, const RuleOptions& rules) {
      return watcher->watch(program, rules);
    };
  }
  for (const KnownProgram& known : chosen_programs(command, resources)) {
    if (interrupt_requested()) return kExitInterrupted;
    reporter->phase("localise", known.id);
    const ScratchFolder scratch;
    const ReadKnownProgram read = [&](const std::string& file, bool run) {
      ReadingOptions reading = command.reading;
      reading.program = file;
      const auto probe = probe_options(reading, context, resources, scratch.path());
      return read_program(reading, probe, scratch.path(), run);
    };
    const bool watched = is_among(command.watched, known);
    evaluation.programs.push_back(
        judge_program(known, options, read, watched ? watch : WatchKnownProgram{}));
  }
  finish_evaluation(evaluation);
  if (!command.directory.empty()) compare_with_study(evaluation, command.directory);
  if (command.watched_epochs > 0 && command.dynamic) {
    evaluation.notes.push_back(
        fmt::format("watched trainings end after {} epochs", command.watched_epochs));
  }
  if (!command.learn.empty()) {
    write_text_file(command.learn, weights_text(count_rules(evaluation)), "--learn");
  }
  if (context.json) {
    print_json(to_json(evaluation));
  } else {
    fmt::print("{}", to_text(evaluation));
  }
  return kExitSuccess;
}

}  // namespace

void add_eval_localisation_command(CommandLine& line, CLI::App& eval) {
  auto command = std::make_shared<LocalisationCommand>();
  CLI::App& app = line.add(
      "localisation",
      "How well the localisers find the known faults of the benchmark and the samples, and how "
      "often they find some where there are none",
      [command](const CommandContext& context) { return eval_localisation(*command, context); },
      &eval);
  app.add_option("directory", command->directory,
                 "Folder with the study's data, for the comparison with its tables");
  std::vector<std::string> names = rule_tools();
  names.push_back("combined");
  app.add_option("--localisers", command->localisers, "Which of them")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember(names))
      ->default_str("neuralint,umlaut,combined");
  app.add_option("--programs", command->programs, "Only these: D4, M for all of M, moons_slow")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--tools", command->tools,
                 "Reading of the published tools; combined is always made of the mended ones")
      ->check(CLI::IsMember(eval::tool_readings()))
      ->capture_default_str();
  app.add_option("--scores", command->scores,
                 "Scores as defined (corrected) or as the study computed them (printed)")
      ->check(CLI::IsMember({"printed", "corrected"}))
      ->capture_default_str();
  app.add_flag("--text-only", command->text_only, "Do not run the programs' data code");
  app.add_flag("--dynamic", command->dynamic,
               "Train the faulty programs and watch them, for umlaut and combined, too; "
               "deepdiagnosis and deepfd always do");
  app.add_option("--seeds", command->seeds, "Watched trainings of each")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--watched", command->watched,
                 "Train only these, as --programs names them; of others what needs no training")
      ->delimiter(',')
      ->allow_extra_args(false);
  app.add_option("--watched-epochs", command->watched_epochs,
                 "End watched trainings after so many epochs; 0: as the program")
      ->capture_default_str();
  app.add_option("--learn", command->learn,
                 "Write how often each rule was right here, as weights of `combined`");
  app.add_option("--data-dir", command->reading.data_dir,
                 "Where keras.datasets files lie; by default DIR/../data")
      ->envname("DLFIX_DATA");
  app.add_option("--python", command->reading.python, "Python interpreter that reads the programs");
  add_trainer_options(app, command->trainer);
  app.add_flag("-q,--quiet", command->quiet, "No progress");
  add_store_option(app, command->store);
  add_json_option(app);
}

}  // namespace dlfix::agent
