#include "agent/serve/job_runner.h"

#include <filesystem>
#include <fstream>

#include <fmt/format.h>

#include "agent/serve/job_process.h"
#include "agent/serve/problem.h"
#include "agent/serve/static_analysis.h"

namespace dlfix::agent::serve {
namespace {

namespace fs = std::filesystem;
using namespace std::chrono_literals;
using nlohmann::json;

constexpr auto kPoll = 100ms;

/// Options that a request may set, by their names in the document and on the command line.
void add_options(const json& request, std::vector<std::string>& arguments) {
  for (const char* name : {"technique", "budget", "metric", "seeds", "prove_seeds", "seed", "space",
                           "tools", "model", "frontend", "device"}) {
    if (!request.contains(name) || request[name].is_null()) continue;
    std::string option = name;
    for (char& c : option) c = c == '_' ? '-' : c;
    const json& value = request[name];
    arguments.push_back(fmt::format("--{}={}", option,
                                    value.is_string() ? value.get<std::string>() : value.dump()));
  }
  for (const char* name : {"only", "freeze"}) {
    for (const json& item : request.value(name, json::array())) {
      arguments.push_back(fmt::format("--{}={}", name, item.get<std::string>()));
    }
  }
}

}  // namespace

std::vector<std::string> job_arguments(const Job& job, const std::string& program,
                                       const JobRunnerOptions& options) {
  std::vector<std::string> arguments{options.executable, job.kind, program, "--json",
                                     "--store=" + options.store};
  arguments.push_back(fmt::format("--capture-timeout={}", options.run_seconds));
  arguments.push_back(fmt::format("--capture-memory={}", options.run_memory_mb));
  if (!options.python.empty()) arguments.push_back("--python=" + options.python);
  const json& request = job.request;
  if (request.contains("text")) {
    arguments.push_back("--cwd=" + fs::path(request.value("file", "")).parent_path().string());
  }
  if (job.kind == "localise") arguments.push_back("--dynamic");
  add_options(request, arguments);
  if (request.contains("llm") && request["llm"].is_string()) {
    arguments.push_back("--llm=" + request["llm"].get<std::string>());
    arguments.push_back(fmt::format("--max-cost={}", request.value("max_cost", 0.0)));
  }
  return arguments;
}

void JobRunner::start() {
  jobs_.requeue();
  for (int i = 0; i < options_.at_a_time; ++i) threads_.emplace_back([this] { work(); });
}

void JobRunner::stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
}

void JobRunner::cancel(const std::string& id) {
  const std::lock_guard lock(mutex_);
  const auto running = running_.find(id);
  if (running != running_.end()) {
    running->second = true;
  } else {
    jobs_.end(id, "cancelled", nullptr, nullptr);
  }
}

void JobRunner::work() {
  while (!stopping_) {
    std::optional<Job> job;
    {
      const std::lock_guard lock(mutex_);
      job = jobs_.take();
      if (job) running_[job->id] = false;
    }
    if (!job) {
      jobs_.wait(500ms);
      continue;
    }
    try {
      run(*job);
    } catch (const std::exception& error) {
      jobs_.end(job->id, "failed", nullptr, to_json(problem_of(error)));
    }
    const std::lock_guard lock(mutex_);
    running_.erase(job->id);
  }
}

std::string JobRunner::program_file(const Job& job, const std::string& folder) const {
  const std::string path = job.request.value("file", "");
  if (!job.request.contains("text")) return path;
  const std::string file = folder + "/" + fs::path(path).filename().string();
  std::ofstream(file, std::ios::binary) << job.request["text"].get<std::string>();
  link_neighbours(path, folder);
  return file;
}

void JobRunner::run(const Job& job) {
  const std::string folder = options_.folder + "/" + job.id;
  fs::create_directories(folder);
  JobProcess process(job_arguments(job, program_file(job, folder), options_),
                     folder + "/result.json", options_.directory);
  const auto begun = std::chrono::steady_clock::now();
  bool cancelled = false;
  while (!process.ended()) {
    {
      const std::lock_guard lock(mutex_);
      cancelled = running_[job.id];
    }
    if (cancelled || stopping_) {
      process.kill();
      break;
    }
    auto event = process.next_event(kPoll);
    if (!event) continue;
    const std::chrono::duration<double> at = std::chrono::steady_clock::now() - begun;
    (*event)["at"] = at.count();
    jobs_.add_event(job.id, (*event)["event"].get<std::string>(), *event);
  }
  const JobOutcome outcome = process.finish();
  if (!cancelled && stopping_) return;  // to be gone on with
  if (cancelled) {
    jobs_.end(job.id, "cancelled", nullptr, nullptr);
  } else if (outcome.problem) {
    jobs_.end(job.id, "failed", nullptr, to_json(*outcome.problem));
  } else {
    jobs_.end(job.id, "done", outcome.answer, nullptr);
  }
  std::error_code ignored;
  fs::remove_all(folder, ignored);
}

}  // namespace dlfix::agent::serve
