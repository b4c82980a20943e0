#include "agent/commands/eval_search.h"

#include <iostream>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/study_session.h"
#include "agent/workflows/study_search.h"

namespace dlfix::agent {
namespace {

struct SearchStudyCommand {
  StudyOptions study;
  StudySearchOptions options;
  std::string tools = "study";
};

int eval_search(SearchStudyCommand command, const CommandContext& context) {
  command.options.directory = command.study.directory;
  command.options.reading = eval::parse_tool_reading(command.tools);
  StudySession session(command.study, context);
  const auto report = measure_study_searches(
      command.options, {session.trainer(), session.reporter(), interrupt_requested(),
                        session.capture(), session.benchmark(), session.scratch()});
  session.finish();
  if (context.json) {
    nlohmann::json document = eval::to_json(report);
    document["tools"] = command.tools;
    document["trainer"] = session.workers().family;
    print_json(document);
  } else {
    std::cout << eval::to_text(report) << std::flush;
  }
  return interrupt_requested() ? kExitInterrupted : kExitSuccess;
}

}  // namespace

void add_eval_search_command(CommandLine& line, CLI::App& eval) {
  auto command = std::make_shared<SearchStudyCommand>();
  StudySearchOptions& options = command->options;
  options.subjects = {"D1", "D6", "D7", "D8"};
  options.tools = {"random", "hebo", "bohb"};
  options.budgets = {10, 20, 50};
  CLI::App& app = line.add(
      "search", "Whether our searches reach what the study's runs of the published tools reached",
      [command](const CommandContext& context) { return eval_search(*command, context); }, &eval);
  add_study_options(app, command->study, "Folder with search_runs.csv and autotrainer_runs.csv");
  app.add_option("--subjects", options.subjects, "Faults, as Table 9 names them: D1,R2")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->default_str("D1,D6,D7,D8");
  app.add_option("--techniques", options.tools, "Of random, hebo, bohb, autotrainer")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"random", "hebo", "bohb", "autotrainer"}))
      ->default_str("random,hebo,bohb");
  app.add_option("--budgets", options.budgets, "Of 10, 20 and 50")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->default_str("10,20,50");
  app.add_option("--repetitions", options.repetitions, "Searches of each tool at each budget")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--tools", command->tools, "Reading of the published tools")
      ->check(CLI::IsMember(eval::tool_readings()))
      ->capture_default_str();
  app.add_option("--seed", options.seed, "Seed of all searches")->capture_default_str();
}

}  // namespace dlfix::agent
