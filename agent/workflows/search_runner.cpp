#include "agent/workflows/search_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

#include "mapping/program/edits.h"
#include "trainer/spec/grouping.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::agent {

using eval::TrialResult;
using mapping::Config;

std::string config_text(const Config& config) { return nlohmann::json(config).dump(); }

namespace {

constexpr std::size_t kSeedDigits = 8;  ///< of the hash of a config that seeds it

std::string trial_text(const Config& config, int seed) {
  return fmt::format("{} {}", config_text(config), seed);
}

}  // namespace

/// A config of one run() call and where its requests lie in the batch.
struct SearchRunner::Planned {
  const Config* config;
  std::string obstacle;
  std::size_t first_request;
};

SearchRunner::SearchRunner(const Subject& subject, Bench& bench, const SearchAccount& account,
                           std::span<const Subject> drawings)
    : subject_(subject), drawings_(drawings), bench_(bench), account_(account) {}

const Subject& SearchRunner::drawing(int index) const {
  return drawings_.empty() ? subject_
                           : drawings_[static_cast<std::size_t>(index) % drawings_.size()];
}

std::uint64_t SearchRunner::seed_of(const Config& config, int seed) const {
  const auto own = static_cast<std::uint64_t>(seed);
  if (!account_.own_seeds) return own;
  const std::string drawn =
      support::sha256(trial_text(config, static_cast<int>(*account_.own_seeds)));
  return std::stoull(drawn.substr(0, kSeedDigits), nullptr, 16) + own;
}

std::string SearchRunner::obstacle(const Config& config) const {
  try {
    if (account_.writable_only) {
      const mapping::EditPlan plan = mapping::plan_edits(subject_.program, config);
      if (!plan.refusals.empty()) return "cannot be written: " + plan.refusals.front().reason;
    }
    subject_.work(config);
  } catch (const support::InputError& error) {
    return error.what();
  }
  return "";
}

double SearchRunner::estimate(const Config& config) const {
  if (account_.budget.unit == Budget::Unit::kTrials) {
    return tried_.count(config_text(config)) ? 0.0 : 1.0;
  }
  try {
    return subject_.work(config) / account_.faulty_work;
  } catch (const support::InputError&) {
    return 0;
  }
}

double SearchRunner::cost(const Config& config, int seeds) const {
  const double one = estimate(config);
  return account_.budget.unit == Budget::Unit::kTrials ? one : one * seeds;
}

double SearchRunner::budget_left() const {
  if (unlimited_) return std::numeric_limits<double>::infinity();
  switch (account_.budget.unit) {
    case Budget::Unit::kTrials:
      return account_.budget.amount - static_cast<double>(tried_.size());
    case Budget::Unit::kSeconds:
      return (account_.budget.amount - seconds_) / account_.faulty_seconds;
    case Budget::Unit::kFaultyTrainings:
      break;
  }
  const double by_work = account_.budget.amount - work_ / account_.faulty_work;
  if (account_.seconds_limit <= 0) return by_work;
  return std::min(by_work, (account_.seconds_limit - seconds_) / account_.faulty_seconds);
}

bool SearchRunner::stopped() const { return bench_.interrupted() || budget_left() <= 0; }

bool SearchRunner::reserve(double trainings) {
  Budget& budget = account_.budget;
  if (!budget.given && budget.unit == Budget::Unit::kFaultyTrainings) {
    budget.amount = std::max(budget.amount, std::ceil(work_ / account_.faulty_work + trainings));
  }
  return trainings <= budget_left();
}

bool SearchRunner::affordable(double cost) const {
  // The last training may exceed the budget by less than one training of the program.
  return unlimited_ || cost < budget_left() + 1.0;
}

void SearchRunner::charge(const Config& config, const TrialResult& result) {
  tried_.insert(config_text(config));
  work_ += result.work;
  seconds_ += result.seconds / account_.parallel;
}

Trial& SearchRunner::trial_of(const Config& config) {
  const auto known = std::ranges::find(trials_, config, &Trial::changes);
  return known == trials_.end() ? trials_.emplace_back(Trial{config, {}, "ok", ""}) : *known;
}

void SearchRunner::record(const Config& config, const trainer::TrainingResult& training) {
  Trial& trial = trial_of(config);
  trial.values.push_back(measured_value(training));
  if (training.status == trainer::TrainingStatus::kOk || trial.outcome != "ok") return;
  trial.outcome = trainer::to_string(training.status);
  trial.reason = failure(training);
}

void SearchRunner::note_prospects(const trainer::TrainingResult& training) {
  given_up_ += training.given_up;
  const bool whole = training.at_milestones.size() == eval::stopping_shares().size();
  if (whole && !training.given_up)
    finished_.push_back({training.at_milestones, measured_value(training)});
}

trainer::TrainingRequest SearchRunner::request(const Config& config, int seed) const {
  const Subject& subject = drawing(seed);
  auto request = subject.request(config, subject.plan.search_use(), seed_of(config, seed));
  if (!bar_ || !account_.stopping) return request;
  const auto needed = eval::needed_values(*account_.stopping, finished_, subject.metric, *bar_);
  request.milestones = eval::milestones(needed, request.fit.epochs);
  return request;
}

std::vector<TrialResult> SearchRunner::run(std::span<const Config> configs, int first_seed,
                                           int seeds) {
  std::vector<Planned> planned;
  std::vector<trainer::TrainingRequest> requests;
  double spent = 0;
  for (const Config& config : configs) {
    Planned plan{&config, obstacle(config), requests.size()};
    if (plan.obstacle.empty()) {
      spent += cost(config, seeds);
      if (stopped() || !affordable(spent)) break;
      for (int seed = first_seed; seed < first_seed + seeds; ++seed)
        requests.push_back(request(config, seed));
    }
    planned.push_back(plan);
  }
  const double all = unlimited_ ? 1 : account_.budget.amount;
  const double from = unlimited_ ? 0 : std::clamp(1 - budget_left() / all, 0.0, 1.0);
  const double to = unlimited_ ? 1 : std::clamp(from + spent / all, 0.0, 1.0);
  const auto trained = bench_.train(requests, from, to);
  std::vector<TrialResult> results;
  for (const Planned& plan : planned) {
    TrialResult result;
    result.changes = *plan.config;
    if (!plan.obstacle.empty()) {
      result.failures.push_back(plan.obstacle);
      Trial& trial = trial_of(*plan.config);
      trial.outcome = "cannot_edit";
      trial.reason = plan.obstacle;
      results.push_back(result);
      continue;
    }
    for (int i = 0; i < seeds; ++i) {
      const std::size_t index = plan.first_request + static_cast<std::size_t>(i);
      const auto& training = trained[index];
      if (!training) return results;  // interrupted: what is complete is returned
      const double value = measured_value(*training);
      result.values.push_back(std::isfinite(value) ? value : account_.worst_value);
      if (training->given_up)
        result.fidelity = static_cast<double>(training->epochs.size()) /
                          static_cast<double>(requests[index].fit.epochs);
      if (!std::isfinite(value)) result.failures.push_back(failure(*training));
      if (!charged_.insert(trial_text(*plan.config, first_seed + i)).second) continue;
      record(*plan.config, *training);
      note_prospects(*training);
      result.work += training->work > 0 ? training->work : subject_.work(*plan.config);
      result.seconds += training->seconds;
    }
    if (!unlimited_) charge(*plan.config, result);
    results.push_back(std::move(result));
  }
  return results;
}

std::optional<trainer::TrainingRequest> SearchRunner::program_request(std::uint64_t seed) const {
  const Subject& subject = drawing(static_cast<int>(seed % 1024));
  return subject.request({}, subject.plan.search_use(), seed);
}

std::optional<trainer::TrainingResult> SearchRunner::train(trainer::TrainingRequest request) {
  const double work = trainer::request_work(request);
  const bool by_trials = account_.budget.unit == Budget::Unit::kTrials;
  const double price = by_trials ? 1 : work / account_.faulty_work;
  if (stopped() || !affordable(price)) return std::nullopt;
  if (!request.keep_weights.empty()) request.keep_weights = subject_.scratch + "/weights";
  const double from = std::clamp(1 - budget_left() / account_.budget.amount, 0.0, 1.0);
  const double to = std::clamp(from + price / account_.budget.amount, from, 1.0);
  auto result = bench_.train({&request, 1}, from, to).front();
  if (!result || !charged_.insert(trainer::training_key(request)).second) return result;
  if (by_trials) tried_.insert(trainer::training_key(request));
  work_ += result->work > 0 ? result->work : work;
  seconds_ += result->seconds;
  return result;
}

}  // namespace dlfix::agent
