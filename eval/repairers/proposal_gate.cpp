#include "eval/repairers/proposal_gate.h"

#include <fmt/format.h>

#include "eval/repairers/changes.h"

namespace dlfix::eval {
namespace {

/// The last training may exceed the budget by less than one training of the program.
constexpr double kGateOverdraft = 1.0;

std::string trial_key(const mapping::Config& changes, double share) {
  return fmt::format("{:.6f} {}", share, config_key(changes));
}

}  // namespace

bool ProposalGate::affordable(const mapping::Config& changes) const {
  return runner_.estimate(changes) < runner_.budget_left() + kGateOverdraft;
}

bool ProposalGate::lets_through(const mapping::Config& changes, double share) {
  too_dear_ = false;
  if (!repeats_ && (changes.empty() || tried_.count(trial_key(changes, share)) > 0)) return false;
  if (known_invalid(context_, changes)) return false;
  too_dear_ = !affordable(changes);
  return !too_dear_;
}

std::vector<TrialResult> run_known_configs(const RepairContext& context, TrialRunner& runner) {
  std::vector<mapping::Config> configs{mapping::Config{}};
  if (const auto start = settled(context, context.start); start && !start->empty()) {
    if (!known_invalid(context, *start)) configs.push_back(*start);
  }
  std::vector<TrialResult> results = runner.run(configs, 0, 1);
  if (results.empty()) results.push_back(context.faulty);
  return results;
}

void ProposalGate::close(const mapping::Config& changes, double share) {
  tried_.insert(trial_key(changes, share));
}

}  // namespace dlfix::eval
