// The proof: seeds and rows that nothing saw before.
#include <fmt/format.h>

#include <algorithm>

#include "agent/workflows/arm.h"
#include "agent/workflows/ground_truth.h"
#include "agent/workflows/proof_arms.h"
#include "agent/workflows/repair_state.h"
#include "eval/metrics/best_truth.h"
#include "eval/metrics/proof.h"
#include "eval/metrics/repair_metrics.h"
#include "eval/repairers/changes.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

constexpr double kProvingShare = 0.5;  ///< of the half hour

std::vector<std::vector<float>> row_values(const Arm& arm) {
  std::vector<std::vector<float>> rows;
  for (const auto& result : arm.results) {
    const auto* evaluation = measured(result);
    rows.push_back(evaluation ? evaluation->row_values : std::vector<float>{});
  }
  return rows;
}

/// A training without row values counts as the worst on every row.
void fill_missing_rows(std::vector<std::vector<float>>& rows, std::span<const RowUse> uses,
                       double worst) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const bool usable = rows[i].size() == uses[i].measured.size();
    if (!usable) rows[i].assign(uses[i].measured.size(), static_cast<float>(worst));
  }
}

eval::ProofInput proof_input(const RepairState& state, const Arm& faulty, const Arm& patched,
                             double worst) {
  eval::ProofInput input;
  input.faulty = faulty.values;
  input.patched = patched.values;
  std::vector<RowUse> uses;
  for (int i = 0; i < state.prove_seeds; ++i) {
    uses.push_back(state.subject.plan.proof_use(i));
    input.row_ids.push_back(uses.back().measured);
  }
  input.faulty_rows = row_values(faulty);
  input.patched_rows = row_values(patched);
  fill_missing_rows(input.faulty_rows, uses, worst);
  fill_missing_rows(input.patched_rows, uses, worst);
  input.higher_is_better = input.rows_higher_is_better = state.higher_is_better;
  input.seed = state.options.seed;
  return input;
}

/// Ground truths: those that are trained beside the patch, and configs that an analysis measured.
struct Truths {
  std::vector<GroundTruth> trained;
  std::vector<eval::FoundTruth> found;
};

Truths read_truths(RepairState& state) {
  Truths truths;
  for (const std::string& file : state.options.ground_truths) {
    if (auto found = read_alternatives(file)) {
      truths.found.insert(truths.found.end(), found->begin(), found->end());
      continue;
    }
    const std::string directory =
        fmt::format("{}/truth_{}", state.environment.directory, truths.trained.size());
    truths.trained.push_back(
        read_ground_truth(file, state.subject, directory, state.environment.capture));
    const GroundTruth& truth = truths.trained.back();
    if (!truth.remark.empty()) state.warn(truth.remark);
  }
  return truths;
}

eval::Rounding rounding_of(eval::Scores scores) {
  return scores == eval::Scores::kPrinted ? eval::Rounding::kTwoDecimals : eval::Rounding::kNone;
}

void find_closest_truth(RepairState& state, const Truths& truths,
                        const std::vector<double>& patched_values) {
  RepairReport& report = state.report;
  const mapping::Config faulty = state.subject.program.config();
  std::vector<eval::NamedTruth> named;
  std::vector<double> means;
  for (std::size_t i = 0; i < truths.trained.size(); ++i) {
    const GroundTruth& truth = truths.trained[i];
    named.push_back({truth.name, eval::joined(truth.subject.program.config(), truth.changes)});
    means.push_back(report.truths[i].mean);
  }
  for (const eval::FoundTruth& truth : truths.found) {
    named.push_back({truth.name, eval::joined(faulty, truth.changes)});
    means.push_back(eval::mean(truth.values));
  }
  if (named.empty()) return;
  const auto definition =
      report.scores == eval::Scores::kPrinted ? eval::Jaccard::kReplication : eval::Jaccard::kPaper;
  const auto best = eval::best_truth(faulty, named, eval::joined(faulty, state.best), definition);
  const auto place = std::ranges::find(named, best.name, &eval::NamedTruth::name) - named.begin();
  ClosestTruth closest{best.name, static_cast<int>(named.size()), best.jaccard, {}, best.differing};
  closest.ir = eval::improvement_rate(report.faulty->mean, means[static_cast<std::size_t>(place)],
                                      patched_values, rounding_of(report.scores));
  report.closest_truth = std::move(closest);
}

void report_arms(RepairState& state, std::vector<Arm> arms, const Truths& truths) {
  RepairReport& report = state.report;
  std::vector<const Arm*> all;
  for (const Arm& arm : arms) all.push_back(&arm);
  const double worst = worst_case(all, state.higher_is_better);
  for (Arm& arm : arms) summarise(arm, worst);
  const bool patch = !state.best.empty();
  report.faulty = arms.front();
  if (patch) {
    report.patched = arms[1];
    const eval::ProofInput input = proof_input(state, arms[0], arms[1], worst);
    report.proof = eval::prove(input);
    report.flips = eval::mean_flips(input.faulty_rows, input.patched_rows);
  }
  report.truths.assign(arms.begin() + (patch ? 2 : 1), arms.end());
  const std::vector<double> runs = finite_values(patch ? arms[1] : arms[0], worst);
  for (const Arm& truth : report.truths) {
    report.truth_ir.push_back(
        eval::improvement_rate(arms[0].mean, truth.mean, runs, rounding_of(report.scores)));
  }
  if (patch) find_closest_truth(state, truths, runs);
}

}  // namespace

void prove(RepairState& state) {
  const Truths truths = read_truths(state);
  state.report.scores = state.options.scores;
  std::vector<Contender> contenders = {{"faulty", &state.subject, {}}};
  if (!state.best.empty()) contenders.push_back({"patched", &state.subject, state.best});
  for (const GroundTruth& truth : truths.trained) {
    contenders.push_back({truth.name, &truth.subject, truth.changes});
  }
  if (!is_quick(state, state.best, 2 * state.prove_seeds, kProvingShare) &&
      state.prove_seeds > kFewestProofSeeds) {
    state.prove_seeds = kFewestProofSeeds;
    state.warn(
        "the proof is cut to 6 seeds: more would take too long (give --budget to have them)");
  }
  state.report.prove_seeds = state.prove_seeds;
  state.report.n_final = state.subject.plan.final_count();
  if (!state.subject.plan.resplit) {
    state.report.final_rows = state.subject.pool.select(state.subject.plan.final);
  }
  state.environment.reporter.phase(
      "prove", fmt::format("{} programs x {} seeds on {} final rows", contenders.size(),
                           state.prove_seeds, state.report.n_final));
  std::vector<Arm> arms = train_as_proof(state, contenders);
  if (!arms.empty()) report_arms(state, std::move(arms), truths);
}

}  // namespace dlfix::agent
