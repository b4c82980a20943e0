// The keyless default: a search guided by what is known of training and by the symptoms.
#pragma once

#include "eval/repairers/repairer.h"

namespace dlfix::eval {

struct GuidedOptions {
  double explore_share = 0.45;  ///< of the budget, for recipes and single changes
  double race_share = 0.25;     ///< kept for more seeds of the best candidates
  int most_seeds = 6;           ///< per candidate in the race
  std::size_t wave = 6;         ///< configs handed over at once
};

/// Phases: (1) recipes and single changes, one seed each, the likeliest and cheapest first; (2)
/// from the best so far: what helped alone added to it, its neighbours, its changes taken back; (3)
/// more seeds for the best few, until one of them is clearly ahead. What changes suspected
/// hyperparameters (RepairContext::suspects) comes earlier. Among equals the smaller and
/// then the cheaper change wins. Stops early on a perfect metric over three seeds.
class Guided : public Repairer {
 public:
  explicit Guided(GuidedOptions options = {}) : options_(options) {}
  std::string name() const override { return "guided"; }
  RepairSuggestion repair(const RepairContext& context, TrialRunner& runner) override;

 private:
  GuidedOptions options_;
};

}  // namespace dlfix::eval
