// Taking back what does not help.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/output/figures.h"
#include "agent/workflows/repair_state.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

using eval::TrialResult;
using mapping::Config;

constexpr std::size_t kManyChanges = 5;
constexpr int kManySeeds = 5;  ///< judging a small difference takes more than finding one
constexpr double kMinimisingShare = 0.25;  ///< of the half hour
constexpr double kTolerance = 0.005;       ///< of accuracy; of the value itself for losses
/// What a simpler patch may cost of the whole gain: one change fewer, and fewer epochs.
constexpr double kShareForSimplicity = 0.04;
constexpr double kShareForEpochs = 0.02;

double spread(const TrialResult& trial) {
  const double deviation = trial.values.size() > 1 ? eval::sample_sd(trial.values) : 0.0;
  return std::isfinite(deviation) ? deviation / std::sqrt(static_cast<double>(trial.values.size()))
                                  : 0;
}

/// How much worse a simpler config may be and still be preferred: what the noise hides, but never
/// more than a small part of what the patch gains.
double tolerance(const RepairState& state, const TrialResult& reference, const TrialResult& simpler,
                 double share_of_gain) {
  const double least = kTolerance * (state.higher_is_better ? 1.0 : std::abs(reference.mean()));
  const double gain = std::abs(reference.mean() - state.faulty.mean());
  const double most = std::isfinite(gain) ? std::max(least, share_of_gain * gain) : least;
  return std::clamp(std::hypot(spread(reference), spread(simpler)), least, most);
}

bool as_good(const RepairState& state, const TrialResult& simpler, const TrialResult& reference,
             double share_of_gain = kShareForSimplicity) {
  return simpler.usable() && !better(state, reference.mean(), simpler.mean(),
                                     tolerance(state, reference, simpler, share_of_gain));
}

int rounds_of(const RepairState& state) { return static_cast<int>(state.best.size()) + 2; }

/// Seeds per judged config, as many as time allows.
int judging_seeds(const RepairState& state) {
  const int many = std::max(state.seeds, kManySeeds);
  return is_quick(state, state.best, many * rounds_of(state), kMinimisingShare) ? many
                                                                                : state.seeds;
}

std::vector<TrialResult> judge(RepairState& state, const std::vector<Config>& configs) {
  return state.runner->run(configs, 0, judging_seeds(state));
}

std::vector<Config> single_removals(const Config& config) {
  std::vector<Config> simpler;
  for (const auto& [name, value] : config) {
    Config without = config;
    without.erase(name);
    simpler.push_back(std::move(without));
  }
  return simpler;
}

/// Notes for each change of `config` what its removal costs.
void note_reasons(RepairState& state, const std::vector<TrialResult>& removals,
                  const TrialResult& reference) {
  std::size_t index = 0;
  for (const auto& [name, value] : reference.changes) {
    if (index >= removals.size()) return;
    const TrialResult& without = removals[index++];
    state.reasons[name] =
        without.usable()
            ? fmt::format("without this change {} is {} in place of {}", state.subject.metric,
                          figure(without.mean()), figure(reference.mean()))
            : "the other changes need it";
  }
}

/// Names of the changes that alone cost nothing, most harmless first. `removals`: of
/// single_removals(reference.changes).
std::vector<std::string> harmless_changes(const RepairState& state,
                                          const std::vector<TrialResult>& removals,
                                          const TrialResult& reference) {
  std::vector<std::pair<const TrialResult*, std::string>> harmless;
  std::size_t index = 0;
  for (const auto& [name, value] : reference.changes) {
    if (index >= removals.size()) break;
    const TrialResult& removal = removals[index++];
    if (as_good(state, removal, reference)) harmless.emplace_back(&removal, name);
  }
  std::ranges::stable_sort(harmless, [&](const auto& a, const auto& b) {
    return better(state, a.first->mean(), b.first->mean());
  });
  std::vector<std::string> names;
  for (auto& [removal, name] : harmless) names.push_back(std::move(name));
  return names;
}

/// A patch of a search has dozens of changes, most of which do nothing: all of the harmless ones
/// are taken back at once where that is as good, else a half or a quarter of them.
std::optional<TrialResult> take_many_back(RepairState& state,
                                          const std::vector<TrialResult>& removals,
                                          const TrialResult& reference, const TrialResult& whole) {
  const auto names = harmless_changes(state, removals, reference);
  if (names.size() < kManyChanges) return std::nullopt;
  std::vector<Config> configs;
  for (const std::size_t part : {1U, 2U, 4U}) {
    Config simpler = reference.changes;
    for (std::size_t i = 0; i < names.size() / part; ++i) simpler.erase(names[i]);
    configs.push_back(std::move(simpler));
  }
  for (const TrialResult& simpler : judge(state, configs)) {
    if (as_good(state, simpler, reference) && as_good(state, simpler, whole)) return simpler;
  }
  return std::nullopt;
}

/// The best config with one change fewer, if one is as good.
std::optional<TrialResult> take_one_back(const RepairState& state,
                                         const std::vector<TrialResult>& removals,
                                         const TrialResult& reference) {
  const TrialResult* chosen = nullptr;
  for (const TrialResult& removal : removals) {
    if (!as_good(state, removal, reference)) continue;
    if (!chosen || better(state, removal.mean(), chosen->mean())) chosen = &removal;
  }
  return chosen ? std::optional(*chosen) : std::nullopt;
}

/// Configs like `config` with fewer epochs, fewest first, not below the program's own.
std::vector<Config> fewer_epochs(const RepairState& state, const Config& config) {
  std::vector<Config> cheaper;
  for (const auto& hyperparameter : state.subject.program.hyperparameters) {
    const auto changed = config.find(hyperparameter.name);
    if (hyperparameter.kind != "epochs" || changed == config.end()) continue;
    if (!changed->second.is_number() || !hyperparameter.value.is_number()) continue;
    const double most = changed->second.get<double>();
    const double least = hyperparameter.value.get<double>();
    for (const double share : {0.1, 0.2, 0.35, 0.5, 0.75}) {
      const double epochs = std::round(most * share);
      if (epochs < 1 || epochs <= least || epochs >= most) continue;
      Config fewer = config;
      fewer[hyperparameter.name] = static_cast<std::int64_t>(epochs);
      cheaper.push_back(std::move(fewer));
    }
  }
  return cheaper;
}

TrialResult lower_epochs(RepairState& state, const TrialResult& reference) {
  for (const TrialResult& cheaper : judge(state, fewer_epochs(state, reference.changes))) {
    if (as_good(state, cheaper, reference, kShareForEpochs)) return cheaper;
  }
  return reference;
}

}  // namespace

void minimise(RepairState& state) {
  if (state.best.empty()) return;
  if (!is_quick(state, state.best, state.seeds * rounds_of(state), 2 * kMinimisingShare)) {
    return state.warn("minimising was left out: it would take too long (give --budget to have it)");
  }
  state.environment.reporter.phase(
      "minimise", fmt::format("{} changes: taking back what does not help", state.best.size()));
  state.runner->lift_budget();
  const auto measured = judge(state, {state.best});
  if (measured.empty() || !measured.front().usable()) return;
  TrialResult best = measured.front();
  // Every removal is judged against the whole patch: small losses must not add up.
  const TrialResult whole = best;
  while (!state.interrupted() && !best.changes.empty()) {
    const auto removals = judge(state, single_removals(best.changes));
    note_reasons(state, removals, best);
    auto simpler = take_many_back(state, removals, best, whole);
    if (!simpler) simpler = take_one_back(state, removals, best);
    if (!simpler || !as_good(state, *simpler, whole)) break;
    best = *simpler;
  }
  if (!state.interrupted()) best = lower_epochs(state, best);
  state.best = best.changes;
}

}  // namespace dlfix::agent
