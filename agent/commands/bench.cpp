// `dlfix-agent bench ...`: how fast the product is.
#include <filesystem>
#include <iostream>

#include "agent/cli/exit_codes.h"
#include "agent/cli/interrupt.h"
#include "agent/commands/commands.h"
#include "agent/commands/common_options.h"
#include "agent/commands/scratch_folder.h"
#include "agent/commands/workers.h"
#include "agent/output/progress.h"
#include "agent/workflows/trainer_bench.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

struct TrainerBenchCommand {
  TrainerBenchOptions options;
  std::vector<std::string> against{"eager"};
  ReadingOptions reading;
  std::string keras_python = "python3";
  std::string device = "cpu";
  bool quiet = false;
};

/// Lies beside dlfix-agent where the benchmarks are built.
std::string bench_program() {
  const fs::path program = fs::path(own_executable()).parent_path() / "dlfix-trainer-bench";
  if (!fs::exists(program))
    throw support::EnvironmentError(program.string() + ": is not built",
                                    "configure with -DDLFIX_BUILD_BENCHMARKS=ON, or run "
                                    "scripts/bench");
  return program.string();
}

bool is_against(const TrainerBenchCommand& command, const char* whom) {
  return std::find(command.against.begin(), command.against.end(), whom) != command.against.end();
}

int bench_trainer(TrainerBenchCommand command, const CommandContext& context) {
  const Resources resources = find_resources(own_executable());
  command.options.eager = is_against(command, "eager");
  command.options.keras = is_against(command, "keras");
  const ScratchFolder scratch;
  const CaptureFunction capture = [&](const std::string& program, const std::string& directory) {
    ReadingOptions reading = command.reading;
    reading.program = program;
    return mapping::capture_program(program, directory,
                                    probe_options(reading, context, resources, scratch.path()));
  };
  const auto pool = make_workers(resources, {"torch", command.device, "70%"}, "").trainer;
  const auto reporter = make_reporter(command.quiet);
  TrainerBenchEnvironment environment{*reporter,
                                      interrupt_requested(),
                                      capture,
                                      resources.home + "/data/benchmark",
                                      scratch.path(),
                                      {bench_program(), command.device},
                                      {},
                                      command.options.keras ? pool.get() : nullptr};
  if (command.options.keras)
    environment.keras = {command.keras_python, resources.home + "/tests/bench/keras_bench.py"};
  const TrainerSpeed speed = measure_trainer(command.options, environment);
  if (context.json) {
    print_json(to_document(speed));
  } else {
    std::cout << to_text(speed) << std::flush;
  }
  return interrupt_requested() ? kExitInterrupted : kExitSuccess;
}

}  // namespace

void add_bench_command(CommandLine& line) {
  CLI::App& bench = line.add("bench", "Measure how fast the product is", {});
  auto command = std::make_shared<TrainerBenchCommand>();
  command->options.subjects = {"D1", "D4", "D6", "D8"};
  CLI::App& app = line.add(
      "trainer", "The trainer against a plain LibTorch loop, Keras, and the machine's primitives",
      [command](const CommandContext& context) { return bench_trainer(*command, context); },
      &bench);
  app.add_option("--subjects", command->options.subjects, "Subjects of the study: D1,D6,M")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->default_str("D1,D4,D6,D8");
  app.add_option("--against", command->against, "eager, keras, or both: eager,keras")
      ->delimiter(',')
      ->allow_extra_args(false)
      ->check(CLI::IsMember({"eager", "keras"}))
      ->default_str("eager");
  app.add_option("--rounds", command->options.rounds, "How often the contestants take turns")
      ->check(CLI::Range(1, 1000))
      ->capture_default_str();
  app.add_option("--work", command->options.work, "GFLOP of a training; longer ones are cut")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--steps", command->options.steps, "Steps of a training; longer ones are cut")
      ->check(CLI::PositiveNumber)
      ->capture_default_str();
  app.add_option("--candidates", command->options.candidates,
                 "Different configurations in one batch; 0: none")
      ->check(CLI::NonNegativeNumber)
      ->capture_default_str();
  app.add_option("--data-dir", command->reading.data_dir, "Where keras.datasets files lie")
      ->envname("DLFIX_DATA");
  app.add_option("--python", command->reading.python, "Python interpreter that reads the programs");
  app.add_option("--keras-python", command->keras_python, "Python interpreter that has Keras")
      ->envname("DLFIX_KERAS_PYTHON")
      ->capture_default_str();
  app.add_option("--device", command->device, "cpu, cuda, cuda:N")->capture_default_str();
  app.add_flag("-q,--quiet", command->quiet, "No progress");
  add_json_option(app);
}

}  // namespace dlfix::agent
