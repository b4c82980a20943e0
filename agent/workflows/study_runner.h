// Trials as the study's searches had them: one training each, measured on both parts of the test
// rows.
#pragma once

#include <limits>
#include <span>
#include <vector>

#include "agent/workflows/bench.h"
#include "agent/workflows/subject.h"
#include "eval/repairers/repairer.h"

namespace dlfix::agent {

class StudyRunner : public eval::TrialRunner {
 public:
  static constexpr int kNoLimit = std::numeric_limits<int>::max();

  /// `drawings`: the program with its data drawn again and again; one trial after the other takes
  /// the next. `results`: trainings with a number that the search may have. All must outlive this.
  StudyRunner(std::span<const Subject> drawings, Bench& bench, std::uint64_t seed, int results)
      : drawings_(drawings), bench_(bench), seed_(seed), results_(results) {}

  /// `seeds` is not heeded: every trial has its own.
  std::vector<eval::TrialResult> run(std::span<const mapping::Config> configs, int first_seed,
                                     int seeds) override;
  double budget_left() const override { return results_ - finished_; }
  double estimate(const mapping::Config&) const override { return 1; }
  bool stopped() const override { return bench_.interrupted() || finished_ >= results_; }
  std::optional<trainer::TrainingRequest> program_request(std::uint64_t seed) const override;
  std::optional<trainer::TrainingResult> train(trainer::TrainingRequest request) override;

  /// Hold-out value of the best trial by its search rows, the first trial left out; NaN: none.
  double best_holdout() const;

 private:
  struct Trial {
    double search = 0;
    double holdout = 0;
  };
  const Subject& drawing(std::uint64_t number) const {
    return drawings_[static_cast<std::size_t>((seed_ + number) % drawings_.size())];
  }
  trainer::TrainingRequest request_of(const mapping::Config& config, std::uint64_t number) const;
  eval::TrialResult result_of(const mapping::Config& config, const trainer::TrainingResult& result);

  std::span<const Subject> drawings_;
  Bench& bench_;
  std::uint64_t seed_;
  int results_;
  int finished_ = 0;
  std::uint64_t started_ = 0;
  std::vector<Trial> trials_;
};

}  // namespace dlfix::agent
