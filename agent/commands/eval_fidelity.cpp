#include "agent/commands/eval_fidelity.h"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/common_options.h"
#include "agent/commands/workers.h"
#include "agent/output/progress.h"
#include "agent/output/text_file.h"
#include "agent/store/caching_trainer.h"
#include "agent/workflows/fidelity.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

struct FidelityCommand {
  std::string directory;
  FidelityOptions options;
  ReadingOptions reading;
  std::string store;
  TrainerChoice trainer;
  std::string plot;
  bool quiet = false;
};

/// The study's trainings lie beside a folder of data in the study's layout.
std::string data_directory(const FidelityCommand& command) {
  if (!command.reading.data_dir.empty()) return command.reading.data_dir;
  const fs::path beside = fs::absolute(command.directory).lexically_normal() / ".." / "data";
  return fs::is_directory(beside) ? beside.lexically_normal().string() : "";
}

int eval_fidelity(FidelityCommand command, const CommandContext& context) {
  const Resources resources = find_resources(own_executable());
  command.options.trainings = command.directory + "/keras_trainings.jsonl.gz";
  command.reading.data_dir = data_directory(command);
  Store store(command.store);
  CaptureFolder folder = CaptureFolder::create(store);
  std::string python = command.reading.python;
  choose_keras_python(command.trainer, python);
  const Workers workers = make_workers(resources, command.trainer, python);
  // The study's programs are written for a Keras of their time.
  if (command.trainer.keras()) command.reading.frontend = "standin";
  CachingTrainer trainer(*workers.trainer, store, workers.family);
  const CaptureFunction capture = [&](const std::string& program, const std::string& directory) {
    ReadingOptions reading = command.reading;
    reading.program = program;
    return mapping::capture_program(program, directory,
                                    probe_options(reading, context, resources, folder.path()));
  };
  SilentReporter silent;
  ProgressReporter progress(ProgressReporter::Detail::kNormal);
  Reporter& reporter = command.quiet ? static_cast<Reporter&>(silent) : progress;
  if (!workers.remark.empty()) reporter.note(workers.remark);
  const auto report =
      measure_fidelity(command.options, {trainer, reporter, interrupt_requested(), capture,
                                         resources.home + "/data/benchmark", folder.path()});
  folder.remove();
  if (!command.plot.empty()) write_text_file(command.plot, eval::to_svg(report), "--plot");
  if (context.json) {
    nlohmann::json document = eval::to_json(report);
    document["trainer"] = workers.family;
    print_json(document);
  } else {
    if (!workers.remark.empty()) std::cout << "\"Our trainer\" here: " << workers.remark << "\n\n";
    std::cout << eval::to_text(report) << std::flush;
  }
  return interrupt_requested() ? kExitInterrupted : kExitSuccess;
}

}  // namespace

void add_eval_fidelity_command(CommandLine& line, CLI::App& eval) {
  auto command = std::make_shared<FidelityCommand>();
  command->options.subjects = {"D1", "D6", "D7", "D8"};
  CLI::App& app = line.add(
      "fidelity", "Whether our trainer lands where Keras landed in the study's trainings",
      [command](const CommandContext& context) { return eval_fidelity(*command, context); }, &eval);
  app.add_option("directory", command->directory, "Folder with keras_trainings.jsonl.gz")
      ->required();
  app.add_option("--subjects", command->options.subjects, "Subjects of the study: D1,D6")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->default_str("D1,D6,D7,D8");
  app.add_option("--configs", command->options.configs, "Configurations of each subject")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  app.add_option("--seeds", command->options.seeds, "Trainings of each configuration")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--draw", command->options.draw, "Seed that draws the configurations")
      ->capture_default_str();
  app.add_option("--plot", command->plot, "SVG file: our means over Keras's values");
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
