#include "agent/commands/eval_stopping.h"

#include <iostream>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/cli/resources.h"
#include "agent/commands/study_session.h"
#include "agent/output/text_file.h"
#include "agent/workflows/curves.h"
#include "eval/stopping/judgement.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

struct StoppingCommand {
  std::string curves;
  eval::StoppingRule rule;
  double risk = 0.02;
};

struct RecordCommand {
  StudyOptions study;
  CurveOptions options;
  std::string file;
};

int eval_stopping(const StoppingCommand& command, const CommandContext& context) {
  const std::string file = command.curves.empty() ? find_resources(own_executable()).home +
                                                        "/data/results/curves.jsonl.gz"
                                                  : command.curves;
  const auto curves = eval::read_curves(file);
  if (curves.empty())
    throw support::InputError(file + ": has no curves", "record some: eval curves DIR --to FILE");
  const auto judgement = eval::judge_stopping(curves, command.rule, command.risk);
  if (context.json) {
    print_json(eval::to_document(judgement));
  } else {
    std::cout << eval::to_text(judgement) << std::flush;
  }
  return kExitSuccess;
}

int eval_curves(const RecordCommand& command, const CommandContext& context) {
  StudySession session(command.study, context);
  const auto curves =
      record_curves(command.options, {session.trainer(), session.reporter(), interrupt_requested(),
                                      session.capture(), session.benchmark(), session.scratch()});
  session.finish();
  std::string text;
  for (const eval::Curve& curve : curves) text += nlohmann::json(curve).dump() + "\n";
  write_text_file(command.file, text, "--to");
  return interrupt_requested() ? kExitInterrupted : kExitSuccess;
}

}  // namespace

void add_eval_stopping_command(CommandLine& line, CLI::App& eval) {
  auto command = std::make_shared<StoppingCommand>();
  CLI::App& app = line.add(
      "stopping", "How often ending trainings early is wrong, and what it saves",
      [command](const CommandContext& context) { return eval_stopping(*command, context); }, &eval);
  app.add_option("curves", command->curves,
                 "What `eval curves` recorded; by default the curves that come along");
  app.add_option("--finished", command->rule.least_finished,
                 "Trainings before the first one may be given up")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--safety", command->rule.safety, "Further than any went, by this factor")
      ->check(CLI::Range(0.0, 1.0))
      ->capture_default_str();
  app.add_option("--risk", command->risk, "Share of winners that a chosen rule may lose")
      ->check(CLI::Range(0.0, 0.5))
      ->capture_default_str();
  add_json_option(app);

  auto record = std::make_shared<RecordCommand>();
  record->options.subjects = {"D1", "D6", "D8"};
  CLI::App& recording = line.add(
      "curves", "Record how random configurations train, epoch by epoch",
      [record](const CommandContext& context) { return eval_curves(*record, context); }, &eval);
  add_study_options(recording, record->study, "Folder with the study's data");
  recording.add_option("--to", record->file, "File for the curves, one JSON object a line")
      ->required();
  recording.add_option("--subjects", record->options.subjects, "Subjects of the study: D1,D6")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->default_str("D1,D6,D8");
  recording.add_option("--configs", record->options.configs, "Configurations of each subject")
      ->check(CLI::Range(1, 100000))
      ->capture_default_str();
  recording.add_option("--seed", record->options.seed, "Draws the configurations")
      ->capture_default_str();
}

}  // namespace dlfix::agent
