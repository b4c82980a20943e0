#include "trainer/client/worker_process.h"

#include <sched.h>

#include <algorithm>
#include <csignal>
#include <cstring>
#include <thread>

#include <fmt/core.h>

namespace dlfix::trainer {
namespace {

constexpr std::chrono::seconds kPatience{180};  // LibTorch from a cold disk, CUDA's start
constexpr std::size_t kLongestLine = std::size_t{1} << 30;
constexpr std::size_t kLastWords = 500;

support::ProcessOptions process_options(const WorkerOptions& options, int workers) {
  support::ProcessOptions process;
  process.arguments = {options.executable};
  const auto add = [&process](const std::vector<std::string>& arguments) {
    process.arguments.insert(process.arguments.end(), arguments.begin(), arguments.end());
  };
  add(options.launch);
  const double sharers = std::max(workers, 1);
  add({"--device", options.device, "--memory-share",
       fmt::format("{:.6f}", options.memory_share / sharers)});
  if (options.memory_bytes > 0) {
    add({"--memory-bytes", fmt::format("{:.0f}", options.memory_bytes / sharers), "--memory-most",
         fmt::format("{:.0f}", options.memory_bytes)});
  }
  add(options.arguments);
  // One thread a worker: results do not depend on how many run, and threads that wait do not spin.
  process.environment = {{"OMP_NUM_THREADS", "1"},
                         {"OPENBLAS_NUM_THREADS", "1"},
                         {"MKL_NUM_THREADS", "1"},
                         {"OMP_WAIT_POLICY", "passive"}};
  for (const auto& [name, value] : options.environment) process.environment[name] = value;
  process.output_limit = kLongestLine;
  return process;
}

std::string last_words(std::string text) {
  while (!text.empty() && std::isspace(static_cast<unsigned char>(text.back())) != 0) {
    text.pop_back();
  }
  return text.size() > kLastWords ? "..." + text.substr(text.size() - kLastWords) : text;
}

}  // namespace

WorkerProcess::WorkerProcess(const WorkerOptions& options, int workers)
    : process_(process_options(options, workers)), started_(std::chrono::steady_clock::now()) {}

std::optional<WorkerMessage> WorkerProcess::next() {
  const auto line = process_.read_line(std::chrono::milliseconds(0));
  if (!line) return std::nullopt;
  auto message = read_message(*line);
  const bool wrong_protocol =
      message && message->kind == MessageKind::kHello && message->protocol != kProtocolVersion;
  if (!message || wrong_protocol) {
    complaint_ =
        wrong_protocol
            ? fmt::format("speaks protocol {} instead of {}", message->protocol, kProtocolVersion)
            : fmt::format("wrote a line that is no message: {}", line->substr(0, 200));
    kill();
    return std::nullopt;
  }
  if (message->kind == MessageKind::kHello) {
    ready_ = true;
    device_ = message->device;
    trainer_ = message->text;
  }
  return message;
}

bool WorkerProcess::overdue() const {
  return !ready_ && std::chrono::steady_clock::now() - started_ > kPatience;
}

std::string WorkerProcess::obituary(int exit_code) const {
  if (!complaint_.empty()) return complaint_;
  std::string text = fmt::format("ended with exit code {}", exit_code);
  if (exit_code > 128) {
    const char* name = ::sigabbrev_np(exit_code - 128);
    text = fmt::format("was killed by {}", name != nullptr ? "SIG" + std::string(name)
                                                           : std::to_string(exit_code - 128));
  }
  const std::string words = last_words(process_.standard_error());
  return words.empty() ? text : text + ": " + words;
}

int usable_cores() {
  cpu_set_t set;
  CPU_ZERO(&set);
  if (::sched_getaffinity(0, sizeof set, &set) == 0) return std::max(1, CPU_COUNT(&set));
  return std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
}

}  // namespace dlfix::trainer
