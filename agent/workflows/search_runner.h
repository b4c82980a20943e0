// What a repair technique may ask for: trainings on the search rows, within the budget.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "agent/workflows/bench.h"
#include "agent/workflows/budget.h"
#include "agent/workflows/subject.h"
#include "agent/workflows/trial.h"
#include "eval/repairers/repairer.h"
#include "eval/stopping/stopping_rule.h"

namespace dlfix::agent {

/// How the spending is measured. All of it comes from the trainings' own records, so that an
/// interrupted search that takes them from the store ends at the same point.
struct SearchAccount {
  Budget budget;
  double faulty_work = 1;     ///< GFLOP of one training of the faulty program
  double faulty_seconds = 1;  ///< wall time of one, on the whole machine
  double seconds_limit = 0;   ///< hard limit on wall time; 0: none
  double parallel = 1;        ///< trainings that run side by side
  double worst_value = 0;     ///< stands for the metric of a training that crashed or diverged
  bool writable_only = true;  ///< refuse configs that no edit of the source can write
  /// When trainings that a technique has no use for any more are given up; none: never.
  std::optional<eval::StoppingRule> stopping = {};
  /// Each config is trained with seeds of its own (by its text and this number) in place of the
  /// same ones for all: what two configs have in common by chance does not tie their values.
  std::optional<std::uint64_t> own_seeds = {};
};

class SearchRunner : public eval::TrialRunner {
 public:
  /// `drawings`: the same program with its data drawn anew, for one seed after the other; empty:
  /// every training has the data of `subject`. All must outlive this.
  SearchRunner(const Subject& subject, Bench& bench, const SearchAccount& account,
               std::span<const Subject> drawings = {});

  std::vector<eval::TrialResult> run(std::span<const mapping::Config> configs, int first_seed,
                                     int seeds) override;
  double budget_left() const override;
  double estimate(const mapping::Config& config) const override;
  bool stopped() const override;
  bool reserve(double trainings) override;
  void give_up_below(std::optional<double> value) override { bar_ = value; }
  std::optional<trainer::TrainingRequest> program_request(std::uint64_t seed) const override;
  std::optional<trainer::TrainingResult> train(trainer::TrainingRequest request) override;

  const Budget& budget() const { return account_.budget; }
  /// Further trainings are not charged: minimising comes on top of the search.
  void lift_budget() { unlimited_ = true; }
  int configs_tried() const { return static_cast<int>(tried_.size()); }
  /// Trainings that ended before their last epoch because nothing was to be expected of them.
  int given_up() const { return given_up_; }
  /// Everything measured so far, in the order tried; the trainings of one config together.
  const std::vector<Trial>& trials() const { return trials_; }

 private:
  struct Planned;
  /// Why the config cannot be tried; empty when it can.
  std::string obstacle(const mapping::Config& config) const;
  double cost(const mapping::Config& config, int seeds) const;
  bool affordable(double cost) const;
  void charge(const mapping::Config& config, const eval::TrialResult& result);
  Trial& trial_of(const mapping::Config& config);
  void record(const mapping::Config& config, const trainer::TrainingResult& training);

  void note_prospects(const trainer::TrainingResult& training);
  trainer::TrainingRequest request(const mapping::Config& config, int seed) const;
  const Subject& drawing(int index) const;
  std::uint64_t seed_of(const mapping::Config& config, int seed) const;

  const Subject& subject_;
  std::span<const Subject> drawings_;
  Bench& bench_;
  SearchAccount account_;
  double work_ = 0;
  double seconds_ = 0;
  std::set<std::string> tried_;    ///< configs, as JSON
  std::set<std::string> charged_;  ///< config and seed: asked for again, they cost nothing
  std::vector<Trial> trials_;
  std::optional<double> bar_;  ///< what trainings have to come up to
  std::vector<eval::FinishedTraining> finished_;
  int given_up_ = 0;
  bool unlimited_ = false;
};

/// Canonical text of a config.
std::string config_text(const mapping::Config& config);

}  // namespace dlfix::agent
