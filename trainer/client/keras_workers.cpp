#include "trainer/client/keras_workers.h"

#include <fmt/core.h>

#include <chrono>
#include <cstdlib>

#include "trainer/client/worker_pool.h"
#include "trainer/spec/grouping.h"
#include "trainer/support/errors.h"
#include "trainer/support/subprocess.h"

namespace dlfix::trainer {
namespace {

constexpr std::chrono::seconds kVersionLimit{60};
constexpr std::size_t kBatch = 8;  ///< fusing gains nothing here: small shares end together

/// As `-m`, but without the current folder, which may be a stranger's.
std::vector<std::string> launch(const KerasOptions& options) {
  return {options.probe_folder + "/run_module.py", "dlfix_keras_worker"};
}

std::map<std::string, std::string> environment(const KerasOptions& options) {
  const char* const path = std::getenv("PYTHONPATH");
  const std::string folders = options.worker_folder + ":" + options.probe_folder;
  return {{"PYTHONPATH",
           path != nullptr && *path != '\0' ? folders + ":" + std::string(path) : folders},
          {"PYTHONDONTWRITEBYTECODE", "1"},
          {"PYTHONIOENCODING", "utf-8"},
          {"TF_CPP_MIN_LOG_LEVEL", "3"},
          {"MPLBACKEND", "Agg"}};
}

std::vector<std::string> program_arguments(const KerasProgram& program) {
  std::vector<std::string> arguments;
  if (program.path.empty()) return arguments;
  const auto add = [&arguments](const char* name, const std::string& value) {
    if (!value.empty()) arguments.insert(arguments.end(), {name, value});
  };
  add("--program", program.path);
  add("--scratch", program.scratch);
  add("--cwd", program.working_directory);
  add("--data-dir", program.data_directory);
  add("--config", program.config_file);
  add("--model", program.model);
  if (!program.arguments.empty()) arguments.emplace_back("--");
  arguments.insert(arguments.end(), program.arguments.begin(), program.arguments.end());
  return arguments;
}

WorkerOptions worker_options(const KerasOptions& options) {
  WorkerOptions workers;
  workers.executable = options.python;
  workers.launch = launch(options);
  workers.device = options.device;
  workers.workers = options.workers;
  workers.batch_cap = kBatch;
  workers.arguments = program_arguments(options.program);
  workers.environment = environment(options);
  return workers;
}

std::string last_line(std::string text) {
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text.substr(text.rfind('\n') + 1);
}

class KerasWorkers : public Trainer {
 public:
  explicit KerasWorkers(const KerasOptions& options)
      : pool_(make_worker_pool(worker_options(options))) {}

  void train(std::span<const TrainingRequest> requests,
             const TrainingCallbacks& callbacks) override {
    TrainingCallbacks inner = callbacks;
    inner.on_result = [&](std::size_t index, const TrainingResult& result) {
      if (!callbacks.on_result) return;
      TrainingResult charged = result;
      if (!result.epochs.empty()) charged.work = request_work(requests[index]);
      callbacks.on_result(index, charged);
    };
    pool_->train(requests, inner);
  }
  std::string device_kind() const override { return pool_->device_kind(); }

 private:
  std::unique_ptr<Trainer> pool_;
};

}  // namespace

std::string keras_versions(const KerasOptions& options) {
  support::ProcessOptions process;
  process.arguments = {options.python};
  for (std::string& argument : launch(options)) process.arguments.push_back(std::move(argument));
  process.arguments.emplace_back("--version");
  process.environment = environment(options);
  process.timeout = kVersionLimit;
  const auto result = support::run_process(process);
  const std::string versions = last_line(result.standard_output);
  if (result.exit_code == 0 && !versions.empty()) return versions;
  const std::string problem = last_line(result.standard_error);
  throw support::EnvironmentError(
      fmt::format("{}: cannot train in Keras: {}", options.python,
                  problem.empty() ? fmt::format("exit code {}", result.exit_code) : problem),
      "name a Python that has TensorFlow and Keras with --python");
}

std::unique_ptr<Trainer> make_keras_workers(const KerasOptions& options) {
  return std::make_unique<KerasWorkers>(options);
}

}  // namespace dlfix::trainer
