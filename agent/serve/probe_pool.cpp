#include "agent/serve/probe_pool.h"

#include <algorithm>
#include <memory>

#include <fmt/format.h>

#include "agent/serve/problem.h"
#include "trainer/support/errors.h"
#include "trainer/support/subprocess.h"

namespace dlfix::agent::serve {
namespace {

using nlohmann::json;
using support::LineProcess;

std::unique_ptr<LineProcess> start_worker(const ProbePoolOptions& options) {
  support::ProcessOptions process;
  process.arguments = {options.python, options.probe_directory + "/run_module.py",
                       "dlfix_probe.worker"};
  process.arguments.insert(process.arguments.end(), options.folders.begin(), options.folders.end());
  process.environment = {{"PYTHONPATH", options.probe_directory},
                         {"PYTHONDONTWRITEBYTECODE", "1"},
                         {"PYTHONIOENCODING", "utf-8"}};
  return std::make_unique<LineProcess>(process);
}

Problem failed(int status, const char* code, std::string detail) {
  return {status, code, std::move(detail), status == 503 ? 5 : 0, json::object()};
}

json ask(LineProcess& worker, const std::string& line, const ProbePoolOptions& options) {
  if (worker.write_line(line)) {
    if (const auto text = worker.read_line(options.limit)) {
      json answer = json::parse(*text, nullptr, false);
      if (answer.is_object()) return answer;
    } else if (!worker.ended()) {
      worker.kill();
      throw ProblemError(failed(
          422, "analysis_too_long",
          fmt::format("the program could not be read within {} s", options.limit.count() / 1000)));
    }
  }
  worker.kill();
  throw ProblemError(
      failed(503, "probe_failed", "the Python that reads programs ended; check --python"));
}

}  // namespace

ProbePool::ProbePool(ProbePoolOptions options) : options_(std::move(options)) {
  for (int i = 0; i < options_.workers; ++i) threads_.emplace_back([this] { work(); });
}

ProbePool::~ProbePool() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

json ProbePool::inspect(const json& request) {
  std::future<json> answer;
  {
    const std::lock_guard lock(mutex_);
    if (static_cast<int>(waiting_.size()) >= options_.queue) {
      throw ProblemError({503, "queue_full",
                          fmt::format("{} programs wait to be read already", options_.queue), 1,
                          json::object()});
    }
    waiting_.push_back({to_text(request), {}});
    answer = waiting_.back().answer.get_future();
  }
  changed_.notify_one();
  return answer.get();
}

void ProbePool::work() {
  std::unique_ptr<LineProcess> worker;
  int served = 0;
  while (true) {
    // Started before there is anything to read, so that the first request need not wait.
    if (!worker || worker->ended() || served >= options_.requests_each) {
      worker.reset();
      served = 0;
      try {
        worker = start_worker(options_);
      } catch (const support::EnvironmentError&) {
        // Told to whoever asks.
      }
    }
    Task task;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [this] { return stopping_ || !waiting_.empty(); });
      if (stopping_) break;
      task = std::move(waiting_.front());
      waiting_.pop_front();
    }
    ++served;
    try {
      if (!worker) throw ProblemError(failed(503, "probe_failed", "no Python could be started"));
      task.answer.set_value(ask(*worker, task.line, options_));
    } catch (const std::exception&) {
      task.answer.set_exception(std::current_exception());
      worker.reset();
    }
  }
  const std::lock_guard lock(mutex_);
  for (Task& task : waiting_) {
    task.answer.set_exception(
        std::make_exception_ptr(ProblemError(failed(503, "stopping", "the server is ending"))));
  }
  waiting_.clear();
}

}  // namespace dlfix::agent::serve
