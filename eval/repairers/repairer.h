// The interface of every repair technique: guided, random, llm, bohb, hebo, autotrainer.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/repairers/search_space.h"
#include "mapping/program/program.h"

namespace dlfix::eval {

/// Trainings of one config so far, as the search may see them: metric on the search rows.
struct TrialResult {
  mapping::Config changes;     ///< against the faulty program; empty: the program itself
  std::vector<double> values;  ///< metric per finished seed; a diverged training counts as worst
  std::vector<std::string> failures;  ///< reasons of crashed or diverged seeds
  double work = 0;                    ///< GFLOP charged for this result
  double seconds = 0;
  /// Share of its epochs that the config was trained for (BOHB, or given up early); only whole
  /// trainings may become a patch.
  double fidelity = 1;
  bool usable() const { return !values.empty(); }
  double mean() const;
};

/// What a search may ask. Charges the budget; never shows final rows.
class TrialRunner {
 public:
  virtual ~TrialRunner() = default;
  /// Trains each config with seeds [first_seed, first_seed + seeds); results in the same order.
  /// Stops early (fewer results) when the budget or the user ends the search.
  virtual std::vector<TrialResult> run(std::span<const mapping::Config> configs, int first_seed,
                                       int seeds) = 0;
  /// Budget left, in trainings of the faulty program.
  virtual double budget_left() const = 0;
  /// Cost of one training of `config` in trainings of the faulty program, before it is run.
  virtual double estimate(const mapping::Config& config) const = 0;
  virtual bool stopped() const = 0;
  /// Trainings asked for from here on that have no prospect of coming up to `value` may end before
  /// their last epoch; nullopt: every one is finished. A runner may finish them all the same.
  virtual void give_up_below(std::optional<double> /*value*/) {}
  /// Asks for room for this many further trainings of the faulty program. A budget that the user
  /// chose stays; the default one is raised. False: they do not all fit.
  virtual bool reserve(double trainings) { return trainings <= budget_left(); }
  /// How the program itself is trained on the search rows, for techniques that train what no config
  /// describes. nullopt: this runner has no such trainings.
  virtual std::optional<trainer::TrainingRequest> program_request(std::uint64_t /*seed*/) const {
    return std::nullopt;
  }
  /// Trains a request that was made from program_request(); charged by its own work. Weights that
  /// it is to keep get a folder. nullopt: the budget or the user ended the search.
  virtual std::optional<trainer::TrainingResult> train(trainer::TrainingRequest /*request*/) {
    return std::nullopt;
  }
};

/// Symptoms of the reproduced program that order the guided search.
struct Symptoms {
  bool loss_is_nan = false;
  bool loss_flat = false;        ///< training loss changes by less than 1 % over the run
  bool at_baseline = false;      ///< metric within noise of the majority-class / mean predictor
  bool still_improving = false;  ///< last fifth of epochs still lowers the loss
  bool overfitting = false;      ///< train metric well above evaluation metric
  bool oscillating = false;
  bool dead_units = false;  ///< a layer with more than half of its units dead
  bool zero_gradient = false;
  bool inputs_unscaled = false;        ///< a feature's standard deviation or mean above 10
  std::vector<std::string> sentences;  ///< the same in plain words
};

struct RepairContext {
  const mapping::Program* program = nullptr;
  SearchSpace space;
  Symptoms symptoms;
  std::vector<std::string> findings;  ///< of the data and of rules, in sentences
  /// Hyperparameters that localisers suspect, and how likely they are right, 0 to 1.
  std::map<std::string, double> suspects;
  std::string metric = "accuracy";
  bool higher_is_better = true;
  TrialResult faulty;  ///< the reproduced program
  /// A config that is known to help (an LLM's best, say): the search goes on from it. Empty: from
  /// the program.
  mapping::Config start;
  std::uint64_t seed = 0;
  std::function<void(const std::string&)> note;  ///< progress sentences; may be empty
  /// The problem, for choosing losses and output activations that fit the labels.
  ProblemKind problem = ProblemKind::kUnknown;
  std::int64_t classes = 0;
  bool one_hot_labels = false;
};

struct RepairSuggestion {
  mapping::Config best;              ///< empty: nothing better was found
  std::vector<TrialResult> history;  ///< in the order tried
  std::string stopped_because;       ///< "budget", "space exhausted", "perfect", "interrupted"
};

class Repairer {
 public:
  virtual ~Repairer() = default;
  virtual std::string name() const = 0;
  /// Deterministic given the context's seed and the runner's answers.
  virtual RepairSuggestion repair(const RepairContext& context, TrialRunner& runner) = 0;
};

}  // namespace dlfix::eval
