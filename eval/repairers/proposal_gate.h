// What a model-based search may try next.
#pragma once

#include <set>
#include <string>

#include "eval/repairers/repairer.h"

namespace dlfix::eval {

/// Keeps a search from trying what is known to be invalid, what costs more than all that is left,
/// and (unless repeats are wanted) what it has tried, the program itself among it.
class ProposalGate {
 public:
  ProposalGate(const RepairContext& context, const TrialRunner& runner, bool repeats = false)
      : context_(context), runner_(runner), repeats_(repeats) {}

  /// `share`: of its epochs that the config would be trained for; told apart from its other shares.
  bool lets_through(const mapping::Config& changes, double share = 1);
  /// From now on the config counts as tried.
  void close(const mapping::Config& changes, double share = 1);
  /// The last refusal was for its cost.
  bool too_dear() const { return too_dear_; }
  bool affordable(const mapping::Config& changes) const;

 private:
  const RepairContext& context_;
  const TrialRunner& runner_;
  bool repeats_;
  std::set<std::string> tried_;
  bool too_dear_ = false;
};

/// One training of the faulty program, and of the config that the context starts from where it has
/// one. The first result always stands for the faulty program: as reproduced, where the budget has
/// no room for it.
std::vector<TrialResult> run_known_configs(const RepairContext& context, TrialRunner& runner);

}  // namespace dlfix::eval
