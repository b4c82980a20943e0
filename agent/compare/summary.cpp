#include "agent/compare/summary.h"

#include <algorithm>

namespace dlfix::agent {

ColumnSummary summarise_column(const Comparison& comparison, const Column& column) {
  ColumnSummary summary;
  std::vector<eval::CaseScores> cases;
  for (const ProgramComparison& program : comparison.programs) {
    const ColumnResult* result = judged_column(program, column);
    if (result == nullptr) continue;
    const ColumnScores& judged = result->judged;
    ++summary.programs;
    summary.significant += judged.scores.significant ? 1 : 0;
    summary.runs += judged.scores.runs;
    summary.with_patch += judged.scores.with_patch;
    if (judged.scores.rate) summary.rates.push_back(*judged.scores.rate);
    if (judged.complexity) summary.complexities.push_back(*judged.complexity);
    if (judged.jaccard) summary.jaccards.push_back(*judged.jaccard);
    if (judged.jaccard_after) summary.jaccards_after.push_back(*judged.jaccard_after);
    if (judged.flips && std::isfinite(judged.flips->repair_rate))
      summary.mended.push_back(judged.flips->repair_rate);
    if (judged.flips) summary.broken.push_back(judged.flips->negative_flip_rate);
    for (const RunOutcome& run : result->runs)
      if (!run.label.empty()) ++summary.labels[run.label];
    cases.push_back(judged.scores);
  }
  if (!cases.empty()) summary.stability = eval::stability_of(cases);
  return summary;
}

BudgetCount significant_within(const Comparison& comparison, const Column& column, double budget) {
  BudgetCount count;
  for (const ProgramComparison& program : comparison.programs) {
    const ColumnResult* result = judged_column(program, column);
    if (result == nullptr) continue;
    const auto cut = std::ranges::find(result->cuts, budget, &CutScores::budget);
    const eval::CaseScores& scores =
        cut == result->cuts.end() ? result->judged.scores : cut->scores;
    ++count.programs;
    count.significant += scores.significant ? 1 : 0;
  }
  return count;
}

}  // namespace dlfix::agent
