#include "agent/commands/eval_fidelity.h"

#include <iostream>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/study_session.h"
#include "agent/output/text_file.h"
#include "agent/workflows/fidelity.h"

namespace dlfix::agent {
namespace {

struct FidelityCommand {
  StudyOptions study;
  FidelityOptions options;
  std::string plot;
};

int eval_fidelity(FidelityCommand command, const CommandContext& context) {
  command.options.trainings = command.study.directory + "/keras_trainings.jsonl.gz";
  StudySession session(command.study, context);
  const auto report = measure_fidelity(
      command.options, {session.trainer(), session.reporter(), interrupt_requested(),
                        session.capture(), session.benchmark(), session.scratch()});
  session.finish();
  const Workers& workers = session.workers();
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
  add_study_options(app, command->study, "Folder with keras_trainings.jsonl.gz");
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
}

}  // namespace dlfix::agent
