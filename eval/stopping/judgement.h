// How often giving trainings up is wrong and what it saves, on searches replayed from curves.
#pragma once

#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <vector>

#include "eval/stopping/stopping_rule.h"

namespace dlfix::eval {

/// Searches that try a program's trainings in random orders, each against the best before it.
struct ReplayedSearches {
  std::size_t trainings = 0;
  std::size_t given_up = 0;
  std::size_t winners = 0;       ///< would have passed the best so far, once the rule may act
  std::size_t winners_lost = 0;  ///< those of them that were given up
  double epochs = 0;             ///< of all trainings, were none given up
  double epochs_saved = 0;
  double error_rate() const;  ///< winners lost, of the winners
  double saved() const;       ///< share of the epochs
  void add(const ReplayedSearches& other);
};

/// `searches` searches of `length` trainings each (or all there are), drawn by a fixed seed.
/// Requires: the curves are of one program.
ReplayedSearches replay_searches(std::span<const Curve> curves, const StoppingRule& rule,
                                 int searches = 400, std::size_t length = 25);

/// One program, under the shipped rule and under one that was chosen on the other programs: of
/// those tried, the one that saves most and loses at most `risk` of their winners.
struct ProgramStopping {
  std::string program;
  std::size_t curves = 0;
  ReplayedSearches shipped;
  StoppingRule chosen;
  ReplayedSearches held_out;
};

struct StoppingJudgement {
  double risk = 0;
  StoppingRule rule;  ///< the shipped one
  std::vector<ProgramStopping> programs;
};

StoppingJudgement judge_stopping(std::span<const Curve> curves, const StoppingRule& rule,
                                 double risk);

std::string to_text(const StoppingJudgement& judgement);
nlohmann::json to_document(const StoppingJudgement& judgement);

}  // namespace dlfix::eval
