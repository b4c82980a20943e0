// dlfix-trainer-bench: measures one contestant at a time, so that `dlfix-agent bench trainer` can
// let them take turns. One JSON document a line:
//   {"do":"load","name":"ten","requests":[TrainingRequest, ...]}   -> {}
//   {"do":"eager","name":"ten","trainings":1}  the plain loop, the first trainings one after
//   another
//   {"do":"fused","name":"ten","trainings":10} ours, the first trainings in one batch
//   {"do":"primitives","name":"ten"}  -> {"seconds":...,"gflop":...} of one step
//   {"do":"machine"}                  -> {"sgemm_gflops":...,"copy_gbs":...}
// Timed answers are {"seconds":...}; what goes wrong is {"error":"..."}.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <nlohmann/json.hpp>

#include "tests/bench/eager_training.h"
#include "tests/bench/primitives.h"
#include "trainer/support/errors.h"
#include "trainer/torch/devices.h"
#include "trainer/torch/engine.h"

namespace {

using dlfix::trainer::TrainingRequest;
using nlohmann::json;

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

class Contest {
 public:
  explicit Contest(const std::string& device)
      : engine_({device, 0.7}), device_(dlfix::trainer::choose_device(device)) {}

  json answer(const json& message) {
    const std::string what = message.at("do");
    if (what == "load") return load(message);
    if (what == "eager") return eager(requests(message));
    if (what == "fused") return fused(requests(message));
    if (what == "primitives") return primitives(requests(message).front());
    if (what == "machine") {
      return {{"sgemm_gflops", dlfix::bench::measure_sgemm(1024)},
              {"copy_gbs", dlfix::bench::measure_copy()}};
    }
    throw dlfix::support::InputError("no such contestant: " + what, "see trainer_bench.cpp");
  }

 private:
  json load(const json& message) {
    std::vector<TrainingRequest> loaded = message.at("requests");
    requests_[message.at("name")] = std::move(loaded);
    return json::object();
  }

  std::span<const TrainingRequest> requests(const json& message) const {
    const auto& all = requests_.at(message.at("name").get<std::string>());
    const std::size_t count = message.value("trainings", all.size());
    return std::span(all).first(std::min(count, all.size()));
  }

  // Reading the data and building the model is not timed.
  json eager(std::span<const TrainingRequest> requests) {
    double seconds = 0;
    for (const TrainingRequest& request : requests) {
      dlfix::bench::EagerTraining training(request, device_);
      const auto start = std::chrono::steady_clock::now();
      training.fit();
      seconds += seconds_since(start);
    }
    return {{"seconds", seconds}};
  }

  json fused(std::span<const TrainingRequest> requests) {
    std::string failure;
    dlfix::trainer::TrainingCallbacks callbacks;
    callbacks.on_result = [&](std::size_t, const dlfix::trainer::TrainingResult& result) {
      using Status = dlfix::trainer::TrainingStatus;
      if (result.status != Status::kOk && result.status != Status::kNan) failure = result.reason;
    };
    const auto start = std::chrono::steady_clock::now();
    engine_.train(requests, callbacks);
    const double seconds = seconds_since(start);
    if (!failure.empty()) throw dlfix::support::InputError(failure, "take another subject");
    return {{"seconds", seconds}};
  }

  static json primitives(const TrainingRequest& request) {
    const auto& array = request.train.inputs.at(0).at(0);
    const dlfix::trainer::Shape row(array.shape.begin() + 1, array.shape.end());
    const auto rate = dlfix::bench::measure_primitives(request.model, row, request.fit.batch_size);
    return {{"seconds", rate.seconds}, {"gflop", rate.gflop}};
  }

  dlfix::trainer::Engine engine_;
  at::Device device_;
  std::map<std::string, std::vector<TrainingRequest>> requests_;
};

json answer_line(Contest& contest, const std::string& line) {
  try {
    return contest.answer(json::parse(line));
  } catch (const std::exception& error) {
    return {{"error", error.what()}};
  }
}

}  // namespace

int main(int argc, char** argv) {
  Contest contest(argc > 1 ? argv[1] : "cpu");
  std::string line;
  while (std::getline(std::cin, line)) {
    std::cout << answer_line(contest, line).dump() << std::endl;
  }
  return 0;
}
