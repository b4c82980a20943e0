#include "agent/commands/workers.h"

#include <fmt/format.h>

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>

#include "agent/cli/interrupt.h"
#include "trainer/client/kernel_choice.h"
#include "trainer/client/worker_pool.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::agent {
namespace {

namespace fs = std::filesystem;

constexpr const char* kKernelVariable = "OPENBLAS_CORETYPE";

/// $XDG_CACHE_HOME or ~/.cache; empty where there is neither.
std::string kernel_cache() {
  if (const char* cache = std::getenv("XDG_CACHE_HOME"); cache != nullptr && *cache == '/')
    return std::string(cache) + "/dlfix-agent/kernels.json";
  const char* home = std::getenv("HOME");
  return home == nullptr ? "" : std::string(home) + "/.cache/dlfix-agent/kernels.json";
}

std::string absolute(const std::string& path) {
  return path.empty() ? path : fs::absolute(path).lexically_normal().string();
}

/// The program and its neighbours: a loss or layer of its own is known to a stored training by name
/// only, and may have changed.
std::string source_hash(const std::string& program) {
  std::map<std::string, std::string> hashes;
  for (const auto& entry : fs::directory_iterator(fs::path(program).parent_path())) {
    if (!entry.is_regular_file() || entry.path().extension() != ".py") continue;
    hashes[entry.path().filename().string()] = support::sha256_file(entry.path().string());
  }
  std::string all = fs::path(program).filename().string();
  for (const auto& [name, hash] : hashes) all += "\n" + name + " " + hash;
  return support::sha256(all).substr(0, 16);
}

struct MemoryBound {
  double share = 0, bytes = 0;  ///< one of the two
};

/// "70%", "4G", "500M"; nullopt for anything else.
std::optional<MemoryBound> memory_bound(const std::string& text) {
  double number = 0;
  const char* end = text.data() + text.size();
  const auto [unit, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc() || number <= 0 || unit + 1 != end) return std::nullopt;
  switch (*unit) {
    case '%':
      return number <= 100 ? std::optional<MemoryBound>({number / 100, 0}) : std::nullopt;
    case 'G':
      return MemoryBound{0, number * 1e9};
    case 'M':
      return MemoryBound{0, number * 1e6};
    default:
      return std::nullopt;
  }
}

Workers our_workers(const Resources& resources, const TrainerChoice& choice) {
  if (resources.trainer.empty()) {
    throw support::EnvironmentError(
        "dlfix-trainer: is not beside dlfix-agent nor in libexec",
        "build with LibTorch (-DDLFIX_WITH_TORCH=ON), set DLFIX_TRAINER, or train in your own "
        "Keras with --trainer keras");
  }
  trainer::WorkerOptions options;
  options.executable = resources.trainer;
  options.device = choice.device;
  if (const auto memory = memory_bound(choice.memory)) {
    if (memory->share > 0) options.memory_share = memory->share;
    options.memory_bytes = memory->bytes;
  }
  if (std::getenv(kKernelVariable) == nullptr && !choice.device.starts_with("cuda")) {
    const std::string kernels = trainer::choose_kernels(
        {resources.trainer, kernel_cache()}, [&](const std::string& core_type) {
          return trainer::measure_kernels(resources.trainer, core_type);
        });
    if (!kernels.empty()) options.environment[kKernelVariable] = kernels;
  }
  return {trainer::make_worker_pool(options),
          fmt::format("torch, engine {}", trainer::kEngineRevision), ""};
}

}  // namespace

void add_trainer_options(CLI::App& app, TrainerChoice& choice) {
  app.add_option("--trainer", choice.trainer,
                 "What trains: torch (ours) or keras (your own Keras; slower)")
      ->check(CLI::IsMember({"torch", "keras"}))
      ->capture_default_str();
  app.add_option("--device", choice.device, "auto, cpu, cuda or cuda:N")->capture_default_str();
  app.add_option("--memory", choice.memory,
                 "Memory for trainings: a share of what is free (70%) or a size (4G, 500M)")
      ->check([](const std::string& text) {
        return memory_bound(text) ? std::string()
                                  : "'" + text + "' is no memory: use 70%, 4G or 500M";
      })
      ->capture_default_str();
}

void choose_keras_python(const TrainerChoice& choice, std::string& python) {
  if (!choice.keras()) return;
  mapping::ProbeOptions options;
  options.python = python;
  options.cancel = &interrupt_requested();
  python = mapping::find_keras_interpreter(options);
}

Workers make_workers(const Resources& resources, const TrainerChoice& choice,
                     const std::string& python, const trainer::KerasProgram& program) {
  if (!choice.keras()) return our_workers(resources, choice);
  trainer::KerasOptions options;
  options.python = python;
  options.worker_folder = resources.keras_worker_directory();
  options.probe_folder = resources.probe_directory();
  options.device = choice.device;
  options.program = program;
  const std::string versions = trainer::keras_versions(options);
  const std::string family =
      program.path.empty() ? versions : versions + ", program " + source_hash(program.path);
  return {trainer::make_keras_workers(options), family,
          fmt::format("trained in {} of {}: each training on its own, slower than our trainer",
                      versions, python)};
}

trainer::KerasProgram keras_program(const std::string& program, const mapping::ProbeOptions& probe,
                                    const std::string& scratch) {
  return {program,
          scratch,
          absolute(probe.working_directory),
          absolute(probe.data_directory),
          absolute(probe.config_file),
          probe.model,
          probe.arguments};
}

}  // namespace dlfix::agent
