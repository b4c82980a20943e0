// `dlfix-agent mutate FILE...`
#include <fmt/format.h>

#include <filesystem>
#include <iostream>
#include <memory>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/commands/scratch_folder.h"
#include "agent/commands/workers.h"
#include "agent/output/mutation_text.h"
#include "agent/output/progress.h"
#include "agent/output/text_file.h"
#include "agent/store/caching_trainer.h"
#include "agent/workflows/deepfd_table.h"
#include "eval/mutation/mutation_operators.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

struct MutateCommand {
  std::vector<std::string> programs;
  ReadingOptions reading;
  MutationOptions options;
  TrainerChoice trainer;
  std::string tools = "mended";
  std::string table;
  std::string store;
  bool quiet = false;
};

/// "all": DeepCrime's operators, one after the other.
void expand_operators(MutationOptions& options) {
  if (options.operators != std::vector<std::string>{"all"}) {
    for (const std::string& id : options.operators) {
      if (id != kDeepFdSeeding) eval::mutation_operator(id);
    }
    return;
  }
  options.operators.clear();
  for (const auto& operation : eval::mutation_operators()) {
    options.operators.push_back(operation.id);
  }
}

class MutateSession {
 public:
  MutateSession(MutateCommand& command, const CommandContext& context)
      : command_(command),
        context_(context),
        resources_(find_resources(own_executable())),
        store_(command.store),
        workers_(make_workers(resources_, command.trainer, "")),
        trainer_(*workers_.trainer, store_, workers_.family) {
    reporter_ = make_reporter(command.quiet);
    install_interrupt_handlers();
  }

  MutationReport mutate(const std::string& file) {
    const ScratchFolder scratch;
    ReadingOptions reading = command_.reading;
    reading.program = file;
    const auto probe = probe_options(reading, context_, resources_, scratch.path());
    const mapping::Program program = read_program(reading, probe, scratch.path(), true);
    MutationOptions options = command_.options;
    options.profile = reading.profile;
    reporter_->phase("mutate", file);
    Bench bench(trainer_, *reporter_, interrupt_requested());
    return mutate_program(program, options, scratch.path(), bench);
  }

  Reporter& reporter() { return *reporter_; }

 private:
  MutateCommand& command_;
  const CommandContext& context_;
  Resources resources_;
  Store store_;
  Workers workers_;
  CachingTrainer trainer_;
  std::unique_ptr<Reporter> reporter_;
};

/// What a reading of the tool ends on is no reason to lose the other programs.
void add_or_leave_out(const MutationReport& report, const MutateCommand& command,
                      Reporter& reporter, eval::DeepFdTable& table) {
  try {
    add_versions(report, fs::path(report.program).stem().string(),
                 eval::parse_tool_reading(command.tools), table);
  } catch (const support::InputError& error) {
    reporter.note(fmt::format("{} is not in the table: {}", report.program, error.what()));
  }
}

int mutate(MutateCommand command, const CommandContext& context) {
  for (const std::string& program : command.programs) check_program_file(program);
  expand_operators(command.options);
  MutateSession session(command, context);
  eval::DeepFdTable table;
  nlohmann::json documents = nlohmann::json::array();
  for (const std::string& file : command.programs) {
    const MutationReport report = session.mutate(file);
    if (context.json) {
      documents.push_back(to_json(report));
    } else {
      std::cout << to_text(report) << std::flush;
    }
    if (report.interrupted) break;
    if (!command.table.empty()) add_or_leave_out(report, command, session.reporter(), table);
  }
  if (context.json) print_json({{"programs", documents}});
  if (interrupt_requested()) return kExitInterrupted;
  if (!command.table.empty()) {
    write_text_file(command.table, eval::to_json(table).dump() + "\n", "--table");
  }
  return kExitSuccess;
}

}  // namespace

void add_mutate_command(CommandLine& line) {
  auto command = std::make_shared<MutateCommand>();
  CLI::App& app = line.add(
      "mutate",
      "Put faults into working programs, retrain each version, and test whether its trainings show "
      "the fault (killed)",
      [command](const CommandContext& context) { return mutate(*command, context); });
  MutationOptions& options = command->options;
  app.add_option("programs", command->programs, "Python files with Keras programs that work")
      ->required();
  app.add_option(
         "--operators", options.operators,
         "deepfd: its seeding of one to three faults; or DeepCrime's operators: HLR,HNE,ACH; "
         "all: all of these")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->default_str(kDeepFdSeeding);
  app.add_option("--runs", options.runs, "Trainings of the program and of each mutant")
      ->check(CLI::Range(2, 1000))
      ->capture_default_str();
  app.add_option("--mutants", options.mutants, "deepfd: mutants with one fault")
      ->check(CLI::Range(1, 10000))
      ->capture_default_str();
  app.add_option("--several", options.several, "deepfd: mutants with two or three faults")
      ->check(CLI::Range(0, 10000))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "What values and changed rows are drawn from")
      ->capture_default_str();
  app.add_option("--metric", options.metric, "What is compared; by default the program's own");
  app.add_option("--table", command->table,
                 "deepfd: write the runs' features with their faults, for `eval deepfd`");
  app.add_option("--tools", command->tools, "Reading of DeepFD that the table's features have")
      ->check(CLI::IsMember(eval::tool_readings()))
      ->capture_default_str();
  ReadingOptions& reading = command->reading;
  app.add_option("--python", reading.python, "Python interpreter that reads the programs");
  app.add_option("--cwd", reading.cwd, "Folder that the programs run in");
  app.add_option("--data-dir", reading.data_dir, "Where keras.datasets files lie")
      ->envname("DLFIX_DATA");
  app.add_option("--keras-profile", reading.profile, "Keras that the programs are written for");
  add_trainer_options(app, command->trainer);
  add_store_option(app, command->store);
  app.add_flag("-q,--quiet", command->quiet, "No progress");
  add_json_option(app);
}

}  // namespace dlfix::agent
