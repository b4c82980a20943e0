#include "agent/workflows/study_runner.h"

#include <algorithm>
#include <cmath>

#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

constexpr const char* kHoldoutRows = "hold-out";

/// The metric even where the loss is no number: Keras reports it, too.
double value_on(const trainer::TrainingResult& result, const char* rows) {
  for (const trainer::EvaluationResult& evaluation : result.evaluations) {
    if (evaluation.name == rows) return evaluation.value;
  }
  return std::nan("");
}

}  // namespace

trainer::TrainingRequest StudyRunner::request_of(const mapping::Config& config,
                                                 std::uint64_t number) const {
  const Subject& subject = drawing(number);
  auto request = subject.request(config, subject.plan.search_use(), seed_ * 1000 + number);
  trainer::EvaluationSet holdout{kHoldoutRows, subject.pool.select(subject.plan.final)};
  holdout.data.sample_weights.clear();
  request.evaluate.push_back(std::move(holdout));
  return request;
}

eval::TrialResult StudyRunner::result_of(const mapping::Config& config,
                                         const trainer::TrainingResult& result) {
  eval::TrialResult trial;
  trial.changes = config;
  const double search = value_on(result, kMeasuredRows);
  if (result.status == trainer::TrainingStatus::kCrash || !std::isfinite(search)) {
    trial.failures.push_back(result.reason.empty() ? "no number" : result.reason);
    return trial;
  }
  trial.values.push_back(search);
  trials_.push_back({search, value_on(result, kHoldoutRows)});
  ++finished_;
  return trial;
}

std::vector<eval::TrialResult> StudyRunner::run(std::span<const mapping::Config> configs, int,
                                                int) {
  std::vector<eval::TrialResult> results;
  std::vector<trainer::TrainingRequest> requests;
  std::vector<std::size_t> places;  // of the requests among the results
  for (const mapping::Config& config : configs) {
    eval::TrialResult unfit;
    unfit.changes = config;
    try {
      requests.push_back(request_of(config, started_));
      places.push_back(results.size());
      ++started_;
    } catch (const support::InputError& error) {
      unfit.failures.emplace_back(error.what());
    }
    results.push_back(std::move(unfit));
  }
  const auto trained = bench_.train(requests);
  for (std::size_t i = 0; i < trained.size(); ++i) {
    if (!trained[i] || finished_ >= results_) {
      results.resize(places[i]);
      break;
    }
    results[places[i]] = result_of(configs[places[i]], *trained[i]);
  }
  return results;
}

std::optional<trainer::TrainingRequest> StudyRunner::program_request(std::uint64_t seed) const {
  const Subject& subject = drawing(0);
  return subject.request({}, subject.plan.search_use(), seed);
}

std::optional<trainer::TrainingResult> StudyRunner::train(trainer::TrainingRequest request) {
  if (!request.keep_weights.empty()) request.keep_weights = drawings_.front().scratch + "/weights";
  return bench_.train({&request, 1}).front();
}

double StudyRunner::best_holdout() const {
  const bool higher = trainer::higher_is_better(drawings_.front().metric);
  const Trial* best = nullptr;
  for (std::size_t i = 1; i < trials_.size(); ++i) {
    const Trial& trial = trials_[i];
    const bool better =
        best == nullptr || (higher ? trial.search > best->search : trial.search < best->search);
    if (better) best = &trial;
  }
  return best == nullptr ? std::nan("") : best->holdout;
}

}  // namespace dlfix::agent
