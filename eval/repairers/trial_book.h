// What a search knows so far: every config tried, its results by seed, and their order.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "eval/repairers/repairer.h"

namespace dlfix::eval {

/// One config and its results.
struct Candidate {
  mapping::Config changes;
  std::vector<double> values;  ///< oriented: larger is better
  int seeds_run = 0;           ///< crashed seeds included
  double cost = 1;             ///< estimated, in trainings of the faulty program
  double worth = 0;            ///< prior belief of the one who proposed it, 0 to 1
};

/// Candidate 0 is the faulty program with its reproduced results.
class TrialBook {
 public:
  TrialBook(const RepairContext& context, TrialRunner& runner);

  /// Index of the candidate with these changes, made if need be.
  /// nullopt: not allowed, known to be invalid, or the faulty program itself.
  std::optional<std::size_t> add(const mapping::Config& changes, double worth);
  /// Trains each with its next `seeds` seeds. False when budget or user ended the search.
  bool train(std::span<const std::size_t> candidates, int seeds);

  const Candidate& operator[](std::size_t index) const { return candidates_[index]; }
  std::size_t size() const { return candidates_.size(); }
  bool untried(std::size_t index) const { return candidates_[index].seeds_run == 0; }
  /// Oriented mean; minus infinity without a result.
  double mean(std::size_t index) const;
  /// Mean less half its standard error: few seeds count for less.
  double score(std::size_t index) const;
  /// Standard deviation between seeds, pooled over the better candidates; never below a floor that
  /// stands for what nobody would call a difference.
  double noise() const;
  /// Usable candidates (the faulty program included), best score first.
  std::vector<std::size_t> ranking() const;
  std::size_t best() const { return ranking().front(); }
  /// A perfect result: 1 where the metric cannot exceed it.
  bool perfect(std::size_t index) const;
  const std::vector<TrialResult>& history() const { return history_; }

 private:
  bool record(std::span<const std::size_t> group, int first_seed, int seeds);

  const RepairContext& context_;
  TrialRunner& runner_;
  std::vector<Candidate> candidates_;
  std::map<std::string, std::size_t> index_;
  std::vector<TrialResult> history_;
};

}  // namespace dlfix::eval
