// Scores of a comparison's columns.
#include <algorithm>

#include "agent/compare/comparison.h"
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

ColumnScores scores_of(const ProgramComparison& program, const ColumnResult& result,
                       eval::Scores scores) {
  eval::RepairCase repair;
  repair.faulty_mean = eval::mean(program.faulty);
  repair.truth_mean = program.fix.empty() ? repair.faulty_mean : eval::mean(program.fix);
  repair.higher_is_better = program.higher_is_better;
  repair.faulty_values = program.faulty;
  for (const RunOutcome& run : result.runs) repair.runs.push_back(run.value);
  // The test pairs by index.
  if (repair.faulty_values.size() != repair.runs.size()) repair.faulty_values.clear();
  ColumnScores judged;
  judged.scores = eval::score_case(repair, scores);
  const auto definition = scores == eval::Scores::kPrinted ? eval::Jaccard::kReplication
                                                           : eval::Jaccard::kPaper;
  std::vector<double> complexities, jaccards;
  for (const RunOutcome& run : result.runs) {
    if (!has_patch(run, repair.faulty_mean, program.higher_is_better)) continue;
    const auto patch = eval::joined(program.faulty_config, run.config);
    complexities.push_back(eval::complexity(program.faulty_config, patch));
    if (!program.fix_config.empty())
      jaccards.push_back(eval::asymmetric_jaccard(program.faulty_config, program.fix_config, patch,
                                                  definition));
  }
  if (!complexities.empty()) judged.complexity = eval::mean(complexities);
  if (!jaccards.empty()) judged.jaccard = eval::mean(jaccards);
  return judged;
}

}  // namespace

const ColumnResult* judged_column(const ProgramComparison& program, const Column& column) {
  const auto found = std::ranges::find(program.columns, column, &ColumnResult::column);
  return found == program.columns.end() || found->judged.scores.runs == 0 ? nullptr : &*found;
}

void judge(Comparison& comparison) {
  for (ProgramComparison& program : comparison.programs) {
    const bool finite = std::ranges::all_of(program.faulty, [](double v) { return std::isfinite(v); });
    if (program.faulty.empty() || !finite) continue;
    for (ColumnResult& result : program.columns)
      if (!result.runs.empty()) result.judged = scores_of(program, result, comparison.scores);
  }
}

}  // namespace dlfix::agent
