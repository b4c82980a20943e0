// The random-search baseline.
#pragma once

#include <cstdint>

#include "eval/repairers/repairer.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval {

struct RandomSearchOptions {
  bool log_learning_rate = false;     ///< draw continuous dimensions on a logarithmic scale
  bool static_validity_check = true;  ///< skip configs known to be invalid, at no cost
  bool run_initial = true;            ///< trial 1 is the faulty config, as in the study's runs
  int max_trials = 0;                 ///< 0: until the budget is spent
  int batch = 8;                      ///< configs handed over at once; 1: strictly one at a time
};

/// Draws every hyperparameter of every trial independently and uniformly, keeps no memory of
/// results and returns the config with the best single result (the first on ties), the faulty one
/// left out. The config of trial i is a function of (seed, i) alone. Source: replication package,
/// Ray Tune's basic variant generator as the study ran it.
class RandomSearch : public Repairer {
 public:
  explicit RandomSearch(RandomSearchOptions options = {}) : options_(options) {}
  std::string name() const override { return "random"; }
  RepairSuggestion repair(const RepairContext& context, TrialRunner& runner) override;

 private:
  RandomSearchOptions options_;
};

/// One draw from a dimension. Requires: it has values or a range.
nlohmann::json draw(const Dimension& dimension, bool logarithmic, RandomStream& random);

/// The full config of trial `trial` (1-based), dimensions drawn in order.
mapping::Config random_config(const SearchSpace& space, std::uint64_t seed, std::uint64_t trial,
                              bool log_learning_rate);

}  // namespace dlfix::eval
