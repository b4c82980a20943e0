// Which of the study's configurations are trained again.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "eval/fidelity/keras_trainings.h"

namespace dlfix::eval {

inline constexpr std::size_t kManyValues = 8;  ///< from so many on, their range means something

/// What a configuration is compared by.
enum class ComparedBy {
  kRange,    ///< many Keras values: is our mean among them?
  kRank,     ///< one Keras value: where does it stand among ours?
  kOutcome,  ///< it crashed or gave no number: do we say the same?
};

struct SampledConfig {
  MeasuredConfig measured;
  ComparedBy comparison = ComparedBy::kOutcome;
  /// kRange and kRank: on the search part, else (neutrality runs alone) on the holdout part.
  bool on_search = true;
  const std::vector<double>& values() const {
    return on_search ? measured.search : measured.holdout;
  }
};

struct SamplingOptions {
  std::size_t count = 40;
  std::uint64_t seed = 1;
  double constant = 0;   ///< metric of the best constant guess
  double tolerance = 0;  ///< within so much of it a configuration "learns nothing"
};

/// `count` of them: about three in ten for the range, half for the rank, two in ten that crashed or
/// gave no number (where a kind is short, the others fill up). For the range, the search runs come
/// first: a configuration that has neutrality runs alone was kept by the study because those very
/// runs were good, so that its values are the best of many draws. Inside a kind they are drawn in
/// turn from every set of changed hyperparameters against `faulty`, so that kinds of change are
/// spread; at most half of those with values lie near the best constant guess, as far as there are
/// others. Depends on the options alone.
std::vector<SampledConfig> sample_configs(std::span<const MeasuredConfig> all,
                                          const mapping::Config& faulty,
                                          const SamplingOptions& options);

}  // namespace dlfix::eval
