// Scores of a comparison's columns.
#include <algorithm>

#include "agent/compare/comparison.h"
#include "eval/metrics/best_truth.h"
#include "eval/metrics/patch_labels.h"
#include "eval/metrics/repair_metrics.h"
#include "eval/repairers/changes.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {
namespace {

/// A run has a patch when its value is a number and no worse than the faulty mean.
bool has_patch(const RunOutcome& run, double faulty_mean, bool higher_is_better) {
  if (!std::isfinite(run.value) || run.config.empty()) return false;
  return higher_is_better ? run.value >= faulty_mean : run.value <= faulty_mean;
}

eval::CaseScores case_scores_of(const ProgramComparison& program, std::vector<double> values,
                                eval::Scores scores) {
  eval::RepairCase repair;
  repair.faulty_mean = eval::mean(program.faulty);
  repair.truth_mean = program.fix.empty() ? repair.faulty_mean : eval::mean(program.fix);
  repair.higher_is_better = program.higher_is_better;
  repair.faulty_values = program.faulty;
  repair.runs = std::move(values);
  // The test pairs by index.
  if (repair.faulty_values.size() != repair.runs.size()) repair.faulty_values.clear();
  return eval::score_case(repair, scores);
}

/// The known fix first, then what an analysis found.
std::vector<eval::NamedTruth> truths_of(const ProgramComparison& program) {
  std::vector<eval::NamedTruth> truths;
  if (!program.fix_config.empty()) truths.push_back({"known fix", program.fix_config});
  if (!program.neutrality) return truths;
  for (const auto* node : eval::alternatives_of(*program.neutrality)) {
    if (eval::is_confirmed(*program.neutrality, node->id) == false) continue;
    truths.push_back(
        {"node " + std::to_string(node->id),
         eval::joined(program.faulty_config, eval::changes_of(*program.neutrality, *node))});
  }
  return truths;
}

void judge_patches(const ProgramComparison& program, eval::Jaccard definition,
                   ColumnResult& result) {
  const double faulty_mean = eval::mean(program.faulty);
  const auto truths = truths_of(program);
  std::vector<double> complexities, jaccards, after;
  for (RunOutcome& run : result.runs) {
    run.closest_truth.clear();
    if (!has_patch(run, faulty_mean, program.higher_is_better)) continue;
    const auto patch = eval::joined(program.faulty_config, run.config);
    complexities.push_back(eval::complexity(program.faulty_config, patch));
    if (truths.empty()) continue;
    const auto closest = eval::best_truth(program.faulty_config, truths, patch, definition);
    run.closest_truth = closest.name;
    run.closest_jaccard = closest.jaccard;
    if (program.fix_config.empty()) continue;
    after.push_back(closest.jaccard);
    jaccards.push_back(
        eval::asymmetric_jaccard(program.faulty_config, program.fix_config, patch, definition));
  }
  ColumnScores& judged = result.judged;
  if (!complexities.empty()) judged.complexity = eval::mean(complexities);
  if (jaccards.empty()) return;
  judged.jaccard = eval::mean(jaccards);
  judged.jaccard_after = eval::mean(after);
}

/// A search that finds nothing leaves the program as it was; a reply without a config has failed.
std::string label_of(const ProgramComparison& program, const RunOutcome& run) {
  const double faulty_mean = eval::mean(program.faulty);
  if (!program.higher_is_better || faulty_mean < 0 || faulty_mean > 1) return "";
  const double value = run.outcome == "no_patch" ? faulty_mean : run.value;
  return std::string(eval::to_string(eval::label_patch(faulty_mean, value)));
}

std::optional<eval::Flips> mean_flips_of(const ColumnResult& result) {
  std::vector<eval::Flips> known;
  for (const RunOutcome& run : result.runs)
    if (run.flips) known.push_back(*run.flips);
  return eval::mean_of(known);
}

void judge_column(const ProgramComparison& program, eval::Scores scores, ColumnResult& result) {
  std::vector<double> values;
  for (RunOutcome& run : result.runs) {
    values.push_back(run.value);
    run.label = label_of(program, run);
  }
  result.judged = {case_scores_of(program, values, scores), {}, {}, {}, mean_flips_of(result)};
  judge_patches(
      program,
      scores == eval::Scores::kPrinted ? eval::Jaccard::kReplication : eval::Jaccard::kPaper,
      result);
  result.cuts.clear();
  for (std::size_t cut = 0; cut < result.runs.front().cuts.size(); ++cut) {
    for (std::size_t run = 0; run < values.size(); ++run)
      values[run] = result.runs[run].cuts.at(cut).value;
    result.cuts.push_back(
        {result.runs.front().cuts[cut].budget, case_scores_of(program, values, scores)});
  }
}

/// The killing test: the known fix takes the place of the original, the faulty program the
/// mutant's.
std::optional<eval::KillingResult> exposure_of(const ProgramComparison& program) {
  const bool finite = std::ranges::all_of(program.fix, [](double v) { return std::isfinite(v); });
  if (program.faulty.size() < 2 || program.fix.size() < 2 || !finite) return std::nullopt;
  return eval::killing_test(program.fix, program.faulty,
                            program.higher_is_better ? eval::MetricDirection::kHigherIsBetter
                                                     : eval::MetricDirection::kLowerIsBetter);
}

}  // namespace

const ColumnResult* judged_column(const ProgramComparison& program, const Column& column) {
  const auto found = std::ranges::find(program.columns, column, &ColumnResult::column);
  return found == program.columns.end() || found->judged.scores.runs == 0 ? nullptr : &*found;
}

double mended_share(const std::optional<eval::Flips>& flips) {
  return flips ? flips->repair_rate : std::nan("");
}

double broken_share(const std::optional<eval::Flips>& flips) {
  return flips ? flips->negative_flip_rate : std::nan("");
}

const RunOutcome* median_run(const ProgramComparison& program, const ColumnResult& result) {
  std::vector<const RunOutcome*> measured;
  for (const RunOutcome& run : result.runs)
    if (std::isfinite(run.value)) measured.push_back(&run);
  if (measured.empty()) return nullptr;
  std::ranges::stable_sort(measured, [&](const RunOutcome* left, const RunOutcome* right) {
    return program.higher_is_better ? left->value < right->value : left->value > right->value;
  });
  return measured[(measured.size() - 1) / 2];
}

void judge(Comparison& comparison) {
  for (ProgramComparison& program : comparison.programs) {
    const bool finite =
        std::ranges::all_of(program.faulty, [](double v) { return std::isfinite(v); });
    if (program.faulty.empty() || !finite) continue;
    program.exposure = exposure_of(program);
    for (ColumnResult& result : program.columns)
      if (!result.runs.empty()) judge_column(program, comparison.scores, result);
  }
}

}  // namespace dlfix::agent
