// `dlfix-agent repair FILE`
#include <fmt/format.h>
#include <unistd.h>

#include <filesystem>
#include <iostream>
#include <thread>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/commands/llm_options.h"
#include "agent/commands/model_offer.h"
#include "agent/commands/program_run.h"
#include "agent/commands/repair_options_parser.h"
#include "agent/commands/techniques.h"
#include "agent/commands/workers.h"
#include "agent/output/progress.h"
#include "agent/output/report_json.h"
#include "agent/output/report_text.h"
#include "agent/output/terminal.h"
#include "agent/store/caching_trainer.h"
#include "agent/workflows/dry_run.h"
#include "agent/workflows/patched_files.h"
#include "agent/workflows/repair.h"
#include "agent/workflows/verify.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

int exit_code(const RepairReport& report) {
  if (report.outcome == "interrupted") return kExitInterrupted;
  return report.outcome == "proven" || report.outcome == "no_fault_shown" ? kExitSuccess
                                                                          : kExitVerdict;
}

/// --output and --apply; tells what was written.
void write_files(const RepairCommand& command, RepairReport& report) {
  if (report.patched_sources.empty()) {
    if (!command.output.empty()) {
      report.warnings.emplace_back("--output: nothing was written, since there is no patch");
    }
    return;
  }
  if (!command.output.empty()) {
    for (const std::string& other : write_output(report, command.output)) {
      report.warnings.push_back(other + " has to change as well; see the diff");
    }
  }
  if (!command.apply) return;
  if (report.outcome != "proven") {
    report.warnings.push_back("--apply: nothing was changed, since the patch is not proven");
    return;
  }
  for (const std::string& backup : apply_patch(report)) {
    report.warnings.push_back("the program is changed; the former one is " + backup);
  }
}

void show(const RepairReport& report, const CommandContext& context) {
  if (context.json) {
    print_json(to_document(report));
  } else {
    std::cout << report_text(report, shows_colours(STDOUT_FILENO)) << std::flush;
  }
}

int show_plan(const RepairOptions& options, const CommandContext& context,
              const RepairEnvironment& environment, Techniques& techniques) {
  DryRun plan = plan_repair(options, environment);
  plan.llm = techniques.announcements(plan.subject, plan.metric);
  if (context.json) {
    print_json(to_document(plan));
  } else {
    std::cout << to_text(plan);
  }
  return kExitSuccess;
}

RepairReport repaired(const RepairOptions& options, const RepairEnvironment& environment,
                      ProgramRun& run) {
  try {
    return repair(options, environment);
  } catch (const support::InputError&) {
    run.discard();
    throw;
  }
}

/// A file that cannot be written must not cost the user the result. False: it could not.
bool wrote_files(const RepairCommand& command, RepairReport& report) {
  try {
    write_files(command, report);
  } catch (const support::EnvironmentError& error) {
    report.warnings.push_back(std::string("not written: ") + error.what());
    return false;
  }
  return true;
}

/// A store that cannot be written any more must not cost the user the result.
void finish(ProgramRun& run, RepairReport& report) {
  try {
    run.finish(report.outcome, to_document(report));
  } catch (const support::EnvironmentError& error) {
    report.warnings.push_back(std::string("the result was not stored: ") + error.what());
  }
}

/// On a terminal, a key in the environment is offered; what the user says yes to is configured.
void offer_on_terminal(RepairCommand& command, const CommandContext& context, ProgramRun& run,
                       const std::string& prompts) {
  const bool terminal = isatty(STDIN_FILENO) != 0 && isatty(STDERR_FILENO) != 0;
  if (!terminal || context.json || command.quiet || command.options.technique != "auto") return;
  OfferContext offer{prompts, run.probe(), process_environment(), std::cin, std::cerr};
  offer_model(command, run.store(), offer);
}

int repair_program(RepairCommand command, const CommandContext& context) {
  const Resources resources = find_resources(own_executable());
  check_technique(command);
  choose_keras_python(command.trainer, command.reading.python);
  ProgramRun run({"repair", command.store, command.reading, command.options.ground_truths,
                  command.fresh, !command.dry_run},
                 context, resources);
  offer_on_terminal(command, context, run, resources.home + "/prompts");
  const CaptureFunction capture = run.capture();
  const auto reporter = make_reporter(command.quiet, command.verbose);
  const Workers workers =
      make_workers(resources, command.trainer, command.reading.python,
                   keras_program(command.options.program, run.probe(), run.directory() + "/keras"));
  if (!workers.remark.empty()) reporter->note(workers.remark);
  CachingTrainer trainer(*workers.trainer, run.store(), workers.family);
  Techniques techniques(command, run.store(), resources.home + "/prompts", run.probe(),
                        interrupt_requested());
  const auto make_technique = [&](const std::string& name) { return techniques.make(name); };
  RepairOptions options = command.options;
  options.parallel = workers.trainer->device_kind() == "cpu"
                         ? std::max(1u, std::thread::hardware_concurrency())
                         : 1;
  options.slow_start = command.trainer.keras();
  const RepairEnvironment environment{trainer, *reporter,      interrupt_requested(),
                                      capture, make_technique, run.directory()};
  if (command.dry_run) {  // measures times, which the store must not answer
    return show_plan(options, context,
                     {*workers.trainer, *reporter, interrupt_requested(), capture, make_technique,
                      run.directory()},
                     techniques);
  }
  RepairReport report = repaired(options, environment, run);
  if (!workers.remark.empty()) report.warnings.insert(report.warnings.begin(), workers.remark);
  report.cost.stored_trainings = report.cost.trainings - static_cast<int>(trainer.trained());
  techniques.settle(report);
  if (command.verify == "keras" && report.outcome != "interrupted") {
    verify_in_keras(report, run.probe(), run.directory(), *reporter);
  }
  const bool written = wrote_files(command, report);
  finish(run, report);
  show(report, context);
  return written ? exit_code(report) : kExitEnvironment;
}

}  // namespace

void add_repair_command(CommandLine& line) {
  auto command = std::make_shared<RepairCommand>();
  CLI::App& app = line.add("repair", "Find settings that train better, proven by retraining",
                           [command](const CommandContext& context) {
                             finish_parsing(*command);
                             finish_llm_options(command->llm, context);
                             return repair_program(*command, context);
                           });
  add_repair_options(app, *command);
}

}  // namespace dlfix::agent
