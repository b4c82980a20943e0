// Speaks trainer/worker/PROTOCOL.md and does what the name of a request's first layer says: a
// worker that crashes, hangs, is slow or talks nonsense, on demand.
#include <sys/resource.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <mutex>
#include <thread>

#include "trainer/spec/training.h"

namespace {

using dlfix::trainer::TrainingRequest;
using dlfix::trainer::TrainingResult;
using nlohmann::json;

std::mutex output;
std::atomic<bool> cancelled = false;

void say(const json& message) {
  std::lock_guard lock(output);
  std::cout << message.dump() << std::endl;
}

std::string variable(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

/// True the first time it is asked, in all processes together.
bool first_time(const std::string& what) {
  return !variable("FAKE_STATE").empty() &&
         std::filesystem::create_directory(variable("FAKE_STATE") + "/" + what);
}

void die(int signal) {
  const rlimit none{0, 0};
  ::setrlimit(RLIMIT_CORE, &none);
  std::cerr << "dying by order" << std::endl;
  ::raise(signal);
}

void misbehave(const std::string& order, std::uint64_t seed) {
  if (order == "segv") die(SIGSEGV);
  if (order == "kill") die(SIGKILL);
  if (order == "exit") std::exit(3);
  if (order == "segv_once" && first_time("segv" + std::to_string(seed))) die(SIGSEGV);
  if (order == "nonsense") {
    std::cout << "this is no message" << std::endl;
    ::pause();
  }
  while (order == "hang") ::pause();
}

TrainingResult train(const TrainingRequest& request, std::size_t batch_size, std::int64_t id,
                     std::size_t index) {
  TrainingResult result;
  const auto pause = std::chrono::milliseconds(request.model.layers[0].name == "slow" ? 20 : 0);
  for (std::int64_t epoch = 1; epoch <= request.fit.epochs && !cancelled; ++epoch) {
    std::this_thread::sleep_for(pause);
    say({{"type", "progress"},
         {"id", id},
         {"request", index},
         {"epoch", epoch},
         {"epochs", request.fit.epochs},
         {"seconds", 0.1}});
  }
  result.status =
      cancelled ? dlfix::trainer::TrainingStatus::kCancelled : dlfix::trainer::TrainingStatus::kOk;
  if (request.model.layers[0].name == "unsupported" || request.metric.empty())
    result.status = dlfix::trainer::TrainingStatus::kUnsupported;
  result.reason = std::to_string(::getpid()) + " " + std::to_string(batch_size) + " " +
                  variable("OMP_NUM_THREADS") + " " + variable("FAKE_MARK");
  result.work = static_cast<double>(request.seed);
  result.seconds = static_cast<double>(request.train.inputs.at(0).at(0).shape.at(0));
  result.trainer = "fake 1";
  result.device = "cpu";
  return result;
}

void run_batch(const json& message) {
  cancelled = false;
  const auto id = message.at("id").get<std::int64_t>();
  const json& requests = message.at("requests");
  for (std::size_t i = 0; i < requests.size(); ++i) {
    json document = message.at("shared");
    document.update(requests[i]);
    const auto request = document.get<TrainingRequest>();
    const std::string order = request.model.layers[0].name;
    misbehave(order, request.seed);
    if (order == "silent") continue;
    if (order == "unreadable") {
      say({{"type", "error"}, {"id", id}, {"message", "what is this?"}});
      return;
    }
    say({{"type", "result"},
         {"id", id},
         {"request", i},
         {"result", train(request, requests.size(), id, i)}});
  }
  say({{"type", "done"}, {"id", id}});
}

}  // namespace

int main() {
  if (variable("FAKE_START") == "exit") {
    std::cerr << "a library is missing" << std::endl;
    return 3;
  }
  const int protocol = variable("FAKE_START") == "old" ? 0 : 1;
  say({{"type", "hello"},
       {"protocol", protocol},
       {"trainer", "fake 1"},
       {"device", variable("FAKE_DEVICE").empty() ? "cpu" : variable("FAKE_DEVICE")}});
  std::string line;
  std::thread worker;
  while (std::getline(std::cin, line)) {
    const json message = json::parse(line);
    if (message.at("type") == "cancel") {
      cancelled = true;
      continue;
    }
    if (worker.joinable()) worker.join();
    worker = std::thread(run_batch, message);
  }
  std::_Exit(0);
}
