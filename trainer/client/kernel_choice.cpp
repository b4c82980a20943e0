#include "trainer/client/kernel_choice.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "trainer/support/subprocess.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

constexpr const char* kWide = "SkylakeX";  ///< OpenBLAS's name of its AVX-512 kernels
constexpr double kWorthIt = 1.2;
constexpr std::chrono::seconds kPatience{60};

struct Processor {
  std::string name;
  bool is_wide = false;  ///< has AVX-512
};

std::string after_colon(const std::string& line) {
  const auto colon = line.find(": ");
  return colon == std::string::npos ? "" : line.substr(colon + 2);
}

Processor read_processor(const std::string& file) {
  Processor processor;
  std::ifstream in(file);
  for (std::string line;
       std::getline(in, line) && !(processor.is_wide && !processor.name.empty());) {
    if (line.starts_with("model name")) processor.name = after_colon(line);
    if (line.starts_with("flags")) processor.is_wide = line.find(" avx512f") != std::string::npos;
  }
  return processor;
}

json read_cache(const std::string& file) {
  std::ifstream in(file);
  const json cache = json::parse(in, nullptr, false);
  return cache.is_object() ? cache : json::object();
}

// Another library under the same trainer wants another measurement.
std::string cache_key(const Processor& processor, const std::string& trainer) {
  std::error_code error;
  const auto changed = std::filesystem::last_write_time(trainer, error);
  return processor.name + " | " + trainer + " | " +
         std::to_string(error ? 0 : changed.time_since_epoch().count());
}

void write_cache(const std::string& file, const json& cache) {
  std::error_code error;
  std::filesystem::create_directories(std::filesystem::path(file).parent_path(), error);
  std::ofstream(file) << cache.dump(1) << "\n";
}

}  // namespace

std::optional<double> measure_kernels(const std::string& trainer, const std::string& core_type) {
  support::ProcessOptions options;
  options.arguments = {trainer, "--measure-kernels"};
  options.environment = {{"OMP_NUM_THREADS", "1"}, {"OPENBLAS_NUM_THREADS", "1"}};
  if (!core_type.empty()) options.environment["OPENBLAS_CORETYPE"] = core_type;
  options.timeout = kPatience;
  try {
    const auto result = support::run_process(options);
    char* end = nullptr;
    const double rate = std::strtod(result.standard_output.c_str(), &end);
    if (result.exit_code != 0 || rate <= 0) return std::nullopt;
    return rate;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string choose_kernels(
    const KernelQuestion& question,
    const std::function<std::optional<double>(const std::string& core_type)>& measure) {
  const Processor processor = read_processor(question.processor);
  if (!processor.is_wide) return "";
  json cache = question.cache.empty() ? json::object() : read_cache(question.cache);
  const std::string key = cache_key(processor, question.trainer);
  if (cache.contains(key) && cache[key].is_string()) return cache[key];
  const auto own = measure("");
  const auto wide = measure(kWide);
  if (!own || !wide) return "";
  const std::string verdict = *wide > *own * kWorthIt ? kWide : "";
  cache[key] = verdict;
  if (!question.cache.empty()) write_cache(question.cache, cache);
  return verdict;
}

}  // namespace dlfix::trainer
