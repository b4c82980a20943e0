// The majority of several patches: what a further answer to a repair would be worth.
#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "agent/workflows/arm.h"
#include "agent/workflows/proof_arms.h"
#include "eval/metrics/majority_vote.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

constexpr double kSameValue = 1e-6;

struct Candidate {
  mapping::Config changes;
  double mean = 0;  ///< on the search rows
};

/// The patch, then what the search found better than the program, best first.
std::vector<mapping::Config> best_patches(const RepairState& state, std::size_t most) {
  std::vector<Candidate> found;
  for (const Trial& trial : state.report.trials) {
    if (trial.outcome != "ok" || trial.changes.empty() || trial.changes == state.best) continue;
    const double mean = eval::mean(trial.values);
    if (better(state, mean, state.faulty.mean())) found.push_back({trial.changes, mean});
  }
  std::ranges::stable_sort(found, [&](const Candidate& left, const Candidate& right) {
    return better(state, left.mean, right.mean);
  });
  std::vector<mapping::Config> patches = {state.best};
  for (const Candidate& candidate : found)
    if (patches.size() < most) patches.push_back(candidate.changes);
  return patches;
}

/// Whether the metric is the share of rows whose class is right.
bool counts_right_rows(const RepairReport& report) {
  const auto* evaluation = measured(report.patched->results.front());
  if (!report.flips || !evaluation || evaluation->classes.empty()) return false;
  const auto& rows = evaluation->row_values;
  const double share = eval::mean(std::vector<double>(rows.begin(), rows.end()));
  return evaluation->classes.size() == rows.size() &&
         std::abs(share - evaluation->value) < kSameValue;
}

/// One arm a patch, the first being the proof's own; empty when interrupted.
std::vector<Arm> train_members(RepairState& state, const std::vector<mapping::Config>& patches) {
  std::vector<Contender> others;
  for (std::size_t i = 1; i < patches.size(); ++i)
    others.push_back({fmt::format("patch {}", i + 1), &state.subject, patches[i]});
  std::vector<Arm> arms = train_as_proof(state, others);
  if (!arms.empty()) arms.insert(arms.begin(), *state.report.patched);
  return arms;
}

/// Which rows the members' majority gets right, all trained with one seed. Empty: none of them
/// gave classes.
std::vector<float> rows_of_vote(const std::vector<Arm>& members, std::size_t seed) {
  std::vector<eval::Ballot> ballots;
  for (const Arm& member : members) {
    const auto* evaluation = measured(member.results[seed]);
    if (evaluation && !evaluation->classes.empty())
      ballots.push_back({evaluation->classes, evaluation->row_values});
  }
  return ballots.empty() ? std::vector<float>() : eval::majority_vote(ballots);
}

void report_vote(RepairState& state, const std::vector<mapping::Config>& patches,
                 const std::vector<Arm>& members) {
  Vote vote{patches, {}, {}};
  vote.arm.name = fmt::format("vote of {}", patches.size());
  std::vector<std::vector<float>> before, after;
  for (std::size_t seed = 0; seed < state.report.faulty->results.size(); ++seed) {
    const auto rows = rows_of_vote(members, seed);
    vote.arm.values.push_back(
        rows.empty() ? std::nan("") : eval::mean(std::vector<double>(rows.begin(), rows.end())));
    const auto* faulty = measured(state.report.faulty->results[seed]);
    if (rows.empty() || !faulty || faulty->row_values.size() != rows.size()) continue;
    before.push_back(faulty->row_values);
    after.push_back(rows);
  }
  for (const Arm& member : members) vote.arm.training_seconds += member.training_seconds;
  summarise(vote.arm, 0);
  vote.flips = eval::mean_flips(before, after);
  state.report.vote = std::move(vote);
}

}  // namespace

void vote(RepairState& state) {
  if (!state.report.patched || state.options.vote < 2) return;
  const auto wanted = static_cast<std::size_t>(state.options.vote);
  if (!state.higher_is_better || !counts_right_rows(state.report)) {
    state.warn(fmt::format("--vote: {} does not count rows that are right; nobody votes",
                           state.report.metric));
    return;
  }
  const auto patches = best_patches(state, wanted);
  if (patches.size() < wanted)
    state.warn(fmt::format("--vote {}: the search has {} better than the program", wanted,
                           patches.size() == 1
                               ? "no other patch that is"
                               : fmt::format("{} patches that are", patches.size())));
  if (patches.size() < 2) return;
  state.environment.reporter.phase(
      "vote", fmt::format("{} patches x {} seeds", patches.size(), state.prove_seeds));
  const auto members = train_members(state, patches);
  if (!members.empty()) report_vote(state, patches, members);
}

}  // namespace dlfix::agent
