#include "agent/commands/repair_options_parser.h"

#include <filesystem>

#include "agent/commands/llm_options.h"
#include "agent/settings/manifest.h"
#include "eval/repairers/tool_reading.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

void add_search_options(CLI::App& app, RepairCommand& command) {
  RepairOptions& options = command.options;
  app.add_option("--technique", options.technique, "How candidates are found")
      ->check(CLI::IsMember({"auto", "llm", "guided", "random", "autotrainer", "bohb", "hebo"}))
      ->capture_default_str();
  app.add_option(
         "--tools", options.tools,
         "autotrainer, bohb, hebo: as published (faithful), as the study ran them, or mended")
      ->check(CLI::IsMember(eval::tool_readings()))
      ->capture_default_str();
  app.add_option_function<std::string>(
         "--fidelity",
         [&options](const std::string& fidelity) {
           options.partial_trainings = fidelity != "none";
         },
         "bohb: trainings of fewer epochs first (epochs, the default) or every one in full (none)")
      ->check(CLI::IsMember({"epochs", "none"}));
  app.add_option("--space", options.space, "What may be searched")
      ->check(CLI::IsMember({"sane", "study"}))
      ->capture_default_str();
  app.add_option(
      "--budget", command.budget,
      "Search: 20 (trainings of the program), 5m or 40trials; default 20, at most half an hour");
  app.add_option("--seeds", options.seeds, "Trainings per candidate when reproducing")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--prove-seeds", options.prove_seeds, "Trainings per program when proving")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--vote", options.vote,
                 "Also measure what the majority of so many patches says, of classes")
      ->check(CLI::Range(2, 100));
  app.add_option("--only", options.only, "Hyperparameters or kinds that may change")
      ->delimiter(',');
  app.add_option("--freeze", options.freeze, "Hyperparameters or kinds that may not")
      ->delimiter(',');
  app.add_option("--metric", options.metric,
                 "What counts as better: accuracy, f1, auc, loss, mae, ...");
  app.add_option("--seed", options.seed, "Seed of the search")->capture_default_str();
  app.add_flag("--no-minimise", command.no_minimise, "Keep changes that do not help");
  app.add_flag("--finish-all", command.finish_all,
               "Train every candidate of the search to its last epoch, without prospects too");
  app.add_flag("--search-anyway", options.search_anyway,
               "Search for settings although the data are at fault, which no setting mends");
  app.add_option("--ground-truth", options.ground_truths,
                 "Fixed program (.py), config (.json) or result of `neutrality` to compare with; "
                 "repeatable");
  app.add_option("--scores", command.scores,
                 "IR and AJ as defined (corrected) or as the study computed them (printed)")
      ->check(CLI::IsMember({"printed", "corrected"}))
      ->capture_default_str();
}

void add_model_options(CLI::App& app, LlmOptions& llm) {
  add_llm_options(app, llm);
  app.add_option("--replay", llm.replay,
                 "Recorded replies, FILE or FILE:SUBJECT, in place of a provider");
  app.add_option("--replay-model", llm.replay_model, "Which model's recorded replies");
}

void add_output_options(CLI::App& app, RepairCommand& command) {
  app.add_option("--output", command.output, "Write the patched program here");
  app.add_flag("--apply", command.apply,
               "Change the program when the patch is proven; keeps a backup");
  app.add_flag("--dry-run", command.dry_run,
               "Only say what would be trained and how long it takes");
  app.add_option("--verify", command.verify,
                 "Run faulty and patched program in the real Keras as well")
      ->check(CLI::IsMember({"keras"}));
  app.add_flag("--quiet,-q", command.quiet, "No progress");
  app.add_flag("--verbose,-v", command.verbose, "Say what is tried");
}

/// Files that are named must be there, and the output's folder, before hours of training.
void check_files(const RepairCommand& command) {
  namespace fs = std::filesystem;
  for (const std::string& truth : command.options.ground_truths) {
    if (!fs::is_regular_file(truth)) {
      throw support::InputError("--ground-truth " + truth + ": there is no such file",
                                "give a fixed program (.py) or a config (.json)");
    }
  }
  if (command.output.empty()) return;
  if (fs::is_directory(command.output)) {
    throw support::InputError("--output " + command.output + ": is a directory",
                              "give the name of the file to write");
  }
  const fs::path folder = fs::absolute(command.output).parent_path();
  if (!fs::is_directory(folder)) {
    throw support::InputError(
        "--output " + command.output + ": there is no folder " + folder.string(),
        "make it, or name a file elsewhere");
  }
}

/// What is not asked for otherwise is as the study had it.
void use_manifest(const Manifest& manifest, RepairCommand& command) {
  RepairOptions& options = command.options;
  if (options.profile.empty()) {
    options.profile = manifest.profile;
    options.profile_reason = "as " + manifest.file + " says";
  }
  command.wording = manifest.repair;
  command.llm.known_subjects = manifest.repair_subjects;
  command.llm.known_subjects.push_back(manifest.id);
}

}  // namespace

void add_repair_options(CLI::App& app, RepairCommand& command) {
  add_reading_options(app, command.reading);
  add_search_options(app, command);
  add_model_options(app, command.llm);
  add_prompt_options(app, command.prompting);
  add_refine_option(app, command.prompting);
  add_trainer_options(app, command.trainer);
  add_store_option(app, command.store);
  app.add_flag("--fresh", command.fresh, "Do not go on with an interrupted run's data");
  add_output_options(app, command);
  add_json_option(app);
}

void finish_parsing(RepairCommand& command) {
  RepairOptions& options = command.options;
  options.program = std::filesystem::absolute(command.reading.program).lexically_normal().string();
  options.profile = command.reading.profile;
  if (const auto manifest = find_manifest(options.program)) use_manifest(*manifest, command);
  command.llm.known_subjects.push_back(std::filesystem::path(options.program).stem().string());
  command.llm.replay_task = "repair";
  options.scores = *eval::parse_scores(command.scores);
  options.budget = parse_budget(command.budget);
  options.minimise = !command.no_minimise;
  options.give_up = !command.finish_all;
  check_files(command);
  const std::string& device = command.trainer.device;
  if (device != "auto" && device != "cpu" && device.rfind("cuda", 0) != 0) {
    throw support::InputError("--device " + device + ": is not a device",
                              "take auto, cpu, cuda or cuda:N");
  }
}

}  // namespace dlfix::agent
