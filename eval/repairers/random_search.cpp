#include "eval/repairers/random_search.h"

#include <algorithm>
#include <cmath>

#include "eval/repairers/changes.h"
#include "eval/repairers/selection.h"

namespace dlfix::eval {
namespace {

/// Trials that are drawn in vain one after another before the space counts as exhausted.
constexpr int kMostRefusals = 1000;
/// The same for batches that the runner cannot try (and does not charge).
constexpr int kMostIdleBatches = 100;
/// The last training may exceed the budget by less than one training of the program.
constexpr double kOverdraft = 1.0;

struct Batch {
  std::vector<mapping::Config> configs;
  bool exhausted = false;
  bool too_dear = false;  ///< what was drawn last costs more than is left
};

}  // namespace

nlohmann::json draw(const Dimension& dimension, bool logarithmic, RandomStream& random) {
  if (!dimension.values.empty()) return dimension.values[random.index(dimension.values.size())];
  const double low = dimension.low.value_or(0);
  const double high = dimension.high.value_or(1);
  const double share = random.uniform();
  if (!logarithmic) return low + share * (high - low);
  return std::exp(std::log(low) + share * (std::log(high) - std::log(low)));
}

mapping::Config random_config(const SearchSpace& space, std::uint64_t seed, std::uint64_t trial,
                              bool log_learning_rate) {
  RandomStream random(seed, trial);
  mapping::Config config;
  for (const Dimension& dimension : space.dimensions) {
    const bool continuous = dimension.values.empty();
    const bool logarithmic = continuous && (dimension.logarithmic || log_learning_rate);
    config[dimension.name] = draw(dimension, logarithmic, random);
  }
  return config;
}

namespace {

Batch next_batch(const RepairContext& context, const TrialRunner& runner,
                 const RandomSearchOptions& options, std::uint64_t& trial, std::size_t most) {
  Batch batch;
  double cost = 0;
  int refused = 0;
  while (batch.configs.size() < most) {
    if (refused >= kMostRefusals) {
      batch.exhausted = true;
      break;
    }
    const auto drawn =
        random_config(context.space, context.seed, trial + 1, options.log_learning_rate);
    const auto config = settled(context, with_shared_sources(context, drawn));
    // A config that costs more than all that is left would only end the search.
    batch.too_dear = config && cost + runner.estimate(*config) >= runner.budget_left() + kOverdraft;
    const bool usable =
        config && !batch.too_dear &&
        !(options.static_validity_check && known_invalid(context, *config).has_value());
    if (usable) {
      // One more than fits is always asked for, so that the runner, which knows better, ends it.
      if (!batch.configs.empty() && cost >= runner.budget_left()) break;
      cost += runner.estimate(*config);
      batch.configs.push_back(*config);
    }
    refused = usable ? 0 : refused + 1;
    ++trial;
  }
  return batch;
}

}  // namespace

RepairSuggestion RandomSearch::repair(const RepairContext& context, TrialRunner& runner) {
  RepairSuggestion suggestion;
  std::uint64_t trial = 1;
  if (options_.run_initial) {
    const mapping::Config initial;
    for (auto& result : runner.run({&initial, 1}, 0, 1)) suggestion.history.push_back(result);
  } else {
    suggestion.history.push_back(context.faulty);
  }
  suggestion.stopped_because = "budget";
  int idle = 0;
  while (!runner.stopped() && runner.budget_left() > 0) {
    std::size_t most = static_cast<std::size_t>(std::max(1, options_.batch));
    if (options_.max_trials > 0) {
      const auto done = static_cast<std::size_t>(trial);
      const auto limit = static_cast<std::size_t>(options_.max_trials);
      if (done >= limit) {
        suggestion.stopped_because = "trials";
        break;
      }
      most = std::min(most, limit - done);
    }
    const Batch batch = next_batch(context, runner, options_, trial, most);
    if (batch.configs.empty()) {
      if (!batch.too_dear) suggestion.stopped_because = "space exhausted";
      break;
    }
    const double before = runner.budget_left();
    const auto results = runner.run(batch.configs, 0, 1);
    idle = runner.budget_left() < before ? 0 : idle + 1;
    if (idle >= kMostIdleBatches) {
      suggestion.stopped_because = "space exhausted";
      break;
    }
    suggestion.history.insert(suggestion.history.end(), results.begin(), results.end());
    if (results.size() < batch.configs.size()) break;
  }
  if (runner.stopped() && runner.budget_left() > 0) suggestion.stopped_because = "interrupted";
  suggestion.best = best_single_result(context, suggestion.history);
  return suggestion;
}

}  // namespace dlfix::eval
