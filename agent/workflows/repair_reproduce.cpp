// How the program does as it is.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/output/figures.h"
#include "agent/workflows/arm.h"
#include "agent/workflows/data_evidence.h"
#include "agent/workflows/repair_state.h"

namespace dlfix::agent {
namespace {

constexpr double kWorstErrorFactor = 10;  ///< of the constant predictor's error

/// Stands for the metric of a training that crashed or diverged, in the search.
double worst_search_value(const RepairState& state, const eval::Baseline& constant) {
  if (state.higher_is_better) return 0;
  return std::isfinite(constant.value) ? std::max(1.0, kWorstErrorFactor * constant.value) : 1e6;
}

std::vector<trainer::TrainingResult> train_as_written(RepairState& state) {
  std::vector<trainer::TrainingRequest> requests;
  for (int seed = 0; seed < state.seeds; ++seed) {
    requests.push_back(state.subject.request({}, state.subject.plan.search_use(),
                                             static_cast<std::uint64_t>(seed)));
    requests.back().symptoms = true;
  }
  std::vector<trainer::TrainingResult> results;
  for (auto& result : state.bench.train(requests)) {
    if (result) results.push_back(std::move(*result));
  }
  return results;
}

void fill_account(RepairState& state, double worst) {
  double work = 0, seconds = 0;
  for (const auto& result : state.report.reproduction.arm.results) {
    work += result.work;
    seconds += result.seconds;
  }
  const double count = static_cast<double>(state.report.reproduction.arm.results.size());
  // A program that crashes at once has no work to measure by: its planned work then.
  state.account.faulty_work = work > 0 ? work / count : std::max(1e-9, state.subject.work({}));
  state.account.faulty_seconds = std::max(1e-6, seconds / count / state.account.parallel);
  state.account.worst_value = worst;
}

eval::TrialResult as_trial(const Arm& arm, double worst) {
  eval::TrialResult trial;
  trial.values = finite_values(arm, worst);
  trial.failures = arm.failures;
  for (const auto& result : arm.results) {
    trial.work += result.work;
    trial.seconds += result.seconds;
  }
  return trial;
}

}  // namespace

void reproduce(RepairState& state) {
  state.environment.reporter.phase("reproduce",
                                   fmt::format("{}, {} seeds", state.report.model, state.seeds));
  state.report.seeds = state.seeds;
  std::vector<trainer::TrainingResult> results = train_as_written(state);
  if (results.empty()) return;
  for (const auto& result : results) refuse_untrainable(result, state.subject.program);
  const eval::Baseline constant = constant_predictor(state.subject);
  state.symptoms = symptoms_of(state.subject, constant, results);
  const double worst = worst_search_value(state, constant);
  Reproduction& reproduction = state.report.reproduction;
  reproduction.arm = make_arm("as written", std::move(results));
  summarise(reproduction.arm, worst);
  reproduction.baseline = constant.sentence;
  reproduction.baseline_value = constant.value;
  reproduction.symptoms = state.symptoms.sentences;
  state.faulty = as_trial(reproduction.arm, worst);
  fill_account(state, worst);
  state.environment.reporter.detail(fmt::format("{} {} as written; {}", state.subject.metric,
                                                figure(reproduction.arm.mean), constant.sentence));
}

}  // namespace dlfix::agent
