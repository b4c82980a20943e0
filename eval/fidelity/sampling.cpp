#include "eval/fidelity/sampling.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval {
namespace {

constexpr double kRangeShare = 0.3, kOutcomeShare = 0.2;

/// Names that differ from the faulty program; configurations that change nearly everything are one
/// kind by how the training is set up (loss and optimiser), since no two change the same values.
std::string kind_of_change(const MeasuredConfig& measured, const mapping::Config& faulty) {
  constexpr int kFew = 4;
  std::string names;
  int changed = 0;
  for (const auto& [name, value] : measured.config) {
    const auto before = faulty.find(name);
    if (before != faulty.end() && before->second == value) continue;
    names += name + " ";
    ++changed;
  }
  if (changed <= kFew) return names;
  const auto text = [&](const char* name) {
    const auto found = measured.config.find(name);
    return found == measured.config.end() ? std::string() : found->second.dump();
  };
  return text("loss") + text("optimizer");
}

/// In turn from every kind of change, in random order.
std::vector<SampledConfig> in_turn(std::vector<SampledConfig> configs,
                                   const mapping::Config& faulty, RandomStream& random) {
  shuffle(configs, random);
  std::map<std::string, std::vector<SampledConfig>> kinds;
  std::vector<std::string> order;
  for (auto& config : configs) {
    const std::string kind = kind_of_change(config.measured, faulty);
    if (!kinds.contains(kind)) order.push_back(kind);
    kinds[kind].push_back(std::move(config));
  }
  std::vector<SampledConfig> spread;
  for (std::size_t turn = 0; spread.size() < configs.size(); ++turn)
    for (const auto& kind : order)
      if (turn < kinds[kind].size()) spread.push_back(std::move(kinds[kind][turn]));
  return spread;
}

bool near_constant(const SampledConfig& config, const SamplingOptions& options) {
  return std::abs(mean(config.values()) - options.constant) <= options.tolerance;
}

/// The first `count`, at most half of them near the constant guess unless nothing else is left.
std::vector<SampledConfig> take(const std::vector<SampledConfig>& spread, std::size_t count,
                                const SamplingOptions& options) {
  std::vector<SampledConfig> taken, rest;
  std::size_t constant = 0;
  for (const auto& config : spread) {
    if (taken.size() == count) break;
    const bool near = config.comparison != ComparedBy::kOutcome && near_constant(config, options);
    if (near && constant >= (count + 1) / 2) {
      rest.push_back(config);
      continue;
    }
    constant += near ? 1 : 0;
    taken.push_back(config);
  }
  for (std::size_t index = 0; taken.size() < count && index < rest.size(); ++index)
    taken.push_back(rest[index]);
  return taken;
}

}  // namespace

std::vector<SampledConfig> sample_configs(std::span<const MeasuredConfig> all,
                                          const mapping::Config& faulty,
                                          const SamplingOptions& options) {
  std::vector<SampledConfig> range, selected, rank, outcome;
  for (const auto& measured : all) {
    if (measured.outcome == KerasOutcome::kUnknown) continue;
    if (measured.outcome != KerasOutcome::kNumber) {
      outcome.push_back({measured, ComparedBy::kOutcome, true});
    } else if (measured.search.size() >= kManyValues) {
      range.push_back({measured, ComparedBy::kRange, true});
    } else if (measured.holdout.size() >= kManyValues) {
      selected.push_back({measured, ComparedBy::kRange, false});
    } else if (measured.search.size() == 1) {
      rank.push_back({measured, ComparedBy::kRank, true});
    }
  }
  RandomStream random(options.seed);
  const auto share = [&](double part) {
    return static_cast<std::size_t>(std::lround(part * static_cast<double>(options.count)));
  };
  const std::size_t wanted = share(kRangeShare);
  const std::size_t ranges = std::min(wanted, range.size());
  const std::size_t fillers = std::min(wanted - ranges, selected.size());
  const std::size_t outcomes = std::min(share(kOutcomeShare), outcome.size());
  const std::size_t ranks = std::min(options.count - ranges - fillers - outcomes, rank.size());
  std::vector<SampledConfig> sample;
  const auto add = [&](std::vector<SampledConfig> kind, std::size_t count) {
    const auto part = take(in_turn(std::move(kind), faulty, random), count, options);
    sample.insert(sample.end(), part.begin(), part.end());
  };
  add(std::move(range), ranges);
  add(std::move(selected), fillers);
  add(std::move(rank), ranks);
  add(std::move(outcome), outcomes);
  return sample;
}

}  // namespace dlfix::eval
