#include "agent/compare/search_trace.h"

#include <algorithm>
#include <cmath>
#include <numeric>

#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

constexpr double kSameCost = 1e-9;  ///< costs are sums of fractions

/// Tells a trace what each answer cost: what it took from the budget.
class WatchedRunner : public eval::TrialRunner {
 public:
  WatchedRunner(eval::TrialRunner& runner, SearchTrace& trace)
      : runner_(runner), trace_(trace), budget_(runner.budget_left()) {}

  std::vector<eval::TrialResult> run(std::span<const mapping::Config> configs, int first_seed,
                                     int seeds) override {
    const double before = spent();
    auto results = runner_.run(configs, first_seed, seeds);
    double all = 0, done = 0;
    for (const auto& result : results) all += result.work;
    for (std::size_t i = 0; i < results.size(); ++i) {
      done += results[i].work;
      const double share =
          all > 0 ? done / all : static_cast<double>(i + 1) / static_cast<double>(results.size());
      trace_.record(before + share * (spent() - before), results[i].changes, first_seed,
                    results[i].values);
    }
    return results;
  }
  double budget_left() const override { return runner_.budget_left(); }
  double estimate(const mapping::Config& config) const override { return runner_.estimate(config); }
  bool stopped() const override { return runner_.stopped(); }
  bool reserve(double trainings) override { return runner_.reserve(trainings); }
  void give_up_below(std::optional<double> value) override { runner_.give_up_below(value); }
  std::optional<trainer::TrainingRequest> program_request(std::uint64_t seed) const override {
    return runner_.program_request(seed);
  }
  std::optional<trainer::TrainingResult> train(trainer::TrainingRequest request) override {
    auto result = runner_.train(std::move(request));
    trace_.record(spent(), {}, 0, {});
    return result;
  }

  /// What the technique credits itself with beyond what it had run as configs.
  void credit(const eval::RepairSuggestion& suggestion) {
    for (const auto& result : suggestion.history)
      if (!trace_.has(result.changes)) trace_.record(spent(), result.changes, 0, result.values);
  }

 private:
  double spent() const { return budget_ - runner_.budget_left(); }

  eval::TrialRunner& runner_;
  SearchTrace& trace_;
  double budget_;
};

class WatchedRepairer : public eval::Repairer {
 public:
  WatchedRepairer(std::unique_ptr<eval::Repairer> technique, SearchTrace& trace)
      : technique_(std::move(technique)), trace_(trace) {}
  std::string name() const override { return technique_->name(); }
  eval::RepairSuggestion repair(const eval::RepairContext& context,
                                eval::TrialRunner& runner) override {
    trace_.begin(context.faulty.mean(), context.higher_is_better);
    WatchedRunner watched_runner(runner, trace_);
    auto suggestion = technique_->repair(context, watched_runner);
    watched_runner.credit(suggestion);
    return suggestion;
  }

 private:
  std::unique_ptr<eval::Repairer> technique_;
  SearchTrace& trace_;
};

}  // namespace

void SearchTrace::begin(double faulty, bool higher_is_better) {
  faulty_ = faulty;
  higher_is_better_ = higher_is_better;
  tried_.clear();
  steps_ = {{{0, faulty}, {}}};
  spent_ = 0;
}

double SearchTrace::Tried::mean() const {
  std::vector<double> known;
  std::ranges::copy_if(values, std::back_inserter(known), [](double v) { return !std::isnan(v); });
  return eval::mean(known);
}

bool SearchTrace::is_better(double value, double than) const {
  return higher_is_better_ ? value > than : value < than;
}

const SearchTrace::Tried* SearchTrace::best() const {
  const Tried* best = nullptr;
  double value = faulty_;
  for (const Tried& tried : tried_)
    if (is_better(tried.mean(), value)) {
      best = &tried;
      value = tried.mean();
    }
  return best;
}

bool SearchTrace::has(const mapping::Config& config) const {
  return std::ranges::find(tried_, config, &Tried::config) != tried_.end();
}

void SearchTrace::record(double cost, const mapping::Config& config, int first_seed,
                         const std::vector<double>& values) {
  spent_ = std::max(spent_, cost);
  if (values.empty() || config.empty()) return;
  const auto known = std::ranges::find(tried_, config, &Tried::config);
  Tried& tried = known == tried_.end() ? tried_.emplace_back(Tried{config, {}}) : *known;
  const auto first = static_cast<std::size_t>(first_seed);
  if (tried.values.size() < first + values.size())
    tried.values.resize(first + values.size(), std::nan(""));
  std::ranges::copy(values, tried.values.begin() + first_seed);
  const Tried* now = best();
  Step step{{cost, now == nullptr ? faulty_ : now->mean()},
            now == nullptr ? mapping::Config() : now->config};
  const Step& last = steps_.back();
  if (step.best != last.best || step.point.value != last.point.value)
    steps_.push_back(std::move(step));
}

std::vector<CurvePoint> SearchTrace::curve() const {
  std::vector<CurvePoint> points;
  for (const Step& step : steps_) points.push_back(step.point);
  if (!points.empty() && points.back().cost < spent_)
    points.push_back({spent_, points.back().value});
  return points;
}

mapping::Config SearchTrace::best_at(double cost) const {
  mapping::Config best;
  for (const Step& step : steps_)
    if (step.point.cost <= cost + kSameCost) best = step.best;
  return best;
}

std::unique_ptr<eval::Repairer> watched(std::unique_ptr<eval::Repairer> technique,
                                        SearchTrace& trace) {
  return std::make_unique<WatchedRepairer>(std::move(technique), trace);
}

}  // namespace dlfix::agent
