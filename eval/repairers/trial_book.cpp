#include "eval/repairers/trial_book.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "eval/repairers/changes.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval {
namespace {

constexpr double kMetricFloor = 0.003;   // of metrics between 0 and 1
constexpr double kRelativeFloor = 0.01;  // of losses and errors
constexpr double kPerfect = 0.9995;
constexpr std::size_t kNoiseCandidates = 5;

}  // namespace

TrialBook::TrialBook(const RepairContext& context, TrialRunner& runner)
    : context_(context), runner_(runner) {
  Candidate faulty;
  for (const double value : context.faulty.values) {
    if (std::isfinite(value)) faulty.values.push_back(context.higher_is_better ? value : -value);
  }
  faulty.seeds_run = std::max(1, static_cast<int>(context.faulty.values.size()));
  candidates_.push_back(std::move(faulty));
  index_[config_key({})] = 0;
}

std::optional<std::size_t> TrialBook::add(const mapping::Config& changes, double worth) {
  const auto config = settled(context_, changes);
  if (!config || config->empty() || known_invalid(context_, *config)) return std::nullopt;
  const auto [place, is_new] = index_.emplace(config_key(*config), candidates_.size());
  if (is_new) {
    Candidate candidate;
    candidate.changes = *config;
    candidate.cost = std::max(1e-6, runner_.estimate(*config));
    candidates_.push_back(std::move(candidate));
  }
  Candidate& candidate = candidates_[place->second];
  candidate.worth = std::max(candidate.worth, worth);
  return place->second;
}

bool TrialBook::record(std::span<const std::size_t> group, int first_seed, int seeds) {
  std::vector<mapping::Config> configs;
  for (const std::size_t index : group) configs.push_back(candidates_[index].changes);
  const std::vector<TrialResult> results = runner_.run(configs, first_seed, seeds);
  for (std::size_t i = 0; i < std::min(results.size(), group.size()); ++i) {
    Candidate& candidate = candidates_[group[i]];
    candidate.seeds_run += seeds;
    for (const double value : results[i].values) {
      if (std::isfinite(value)) {
        candidate.values.push_back(context_.higher_is_better ? value : -value);
      }
    }
    history_.push_back(results[i]);
  }
  return results.size() >= group.size();
}

bool TrialBook::train(std::span<const std::size_t> candidates, int seeds) {
  std::map<int, std::vector<std::size_t>> by_seed;
  for (const std::size_t index : candidates) by_seed[candidates_[index].seeds_run].push_back(index);
  for (const auto& [first_seed, group] : by_seed) {
    if (runner_.stopped() || runner_.budget_left() <= 0) return false;
    if (!record(group, first_seed, seeds)) return false;
  }
  return !runner_.stopped() && runner_.budget_left() > 0;
}

double TrialBook::mean(std::size_t index) const {
  const auto& values = candidates_[index].values;
  return values.empty() ? -std::numeric_limits<double>::infinity() : eval::mean(values);
}

double TrialBook::score(std::size_t index) const {
  const auto count = static_cast<double>(candidates_[index].values.size());
  return count == 0 ? mean(index) : mean(index) - 0.5 * noise() / std::sqrt(count);
}

double TrialBook::noise() const {
  const double typical = std::abs(mean(0));
  const bool bounded = context_.higher_is_better;
  const double floor = bounded || !std::isfinite(typical) ? kMetricFloor : kRelativeFloor * typical;
  std::vector<std::size_t> repeated;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (candidates_[i].values.size() >= 2) repeated.push_back(i);
  }
  std::sort(repeated.begin(), repeated.end(),
            [&](std::size_t a, std::size_t b) { return mean(a) > mean(b); });
  if (repeated.size() > kNoiseCandidates) repeated.resize(kNoiseCandidates);
  double squares = 0;
  double freedom = 0;
  for (const std::size_t index : repeated) {
    const auto& values = candidates_[index].values;
    const double sd = sample_sd(values);
    squares += sd * sd * static_cast<double>(values.size() - 1);
    freedom += static_cast<double>(values.size() - 1);
  }
  return freedom == 0 ? floor : std::max(floor, std::sqrt(squares / freedom));
}

std::vector<std::size_t> TrialBook::ranking() const {
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < candidates_.size(); ++i) {
    if (i == 0 || !candidates_[i].values.empty()) order.push_back(i);
  }
  const double deviation = noise();
  const auto value = [&](std::size_t index) {
    const auto count = static_cast<double>(candidates_[index].values.size());
    return count == 0 ? mean(index) : mean(index) - 0.5 * deviation / std::sqrt(count);
  };
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (value(a) != value(b)) return value(a) > value(b);
    return candidates_[a].changes.size() < candidates_[b].changes.size();
  });
  return order;
}

bool TrialBook::perfect(std::size_t index) const {
  return context_.higher_is_better && mean(index) >= kPerfect;
}

}  // namespace dlfix::eval
