#include "eval/metrics/case_scores.h"

#include <cmath>

#include "eval/metrics/repair_metrics.h"
#include "eval/statistics/descriptive.h"
#include "eval/statistics/effect_size.h"
#include "eval/statistics/mann_whitney.h"
#include "eval/statistics/wilcoxon.h"

namespace dlfix::eval {
namespace {

constexpr double kSignificance = 0.05;
constexpr int kNotebookDecimals = 2;

std::vector<double> rounded(std::vector<double> values) {
  for (double& value : values) value = round_half_even(value, kNotebookDecimals);
  return values;
}

void test(CaseScores& result, std::vector<double> faulty, std::vector<double> values,
          Scores scores) {
  if (scores == Scores::kPrinted) {
    faulty = rounded(std::move(faulty));
    values = rounded(std::move(values));
  }
  if (faulty.size() == values.size()) {
    result.wilcoxon_p = wilcoxon_signed_rank(faulty, values).p_value;
    result.significant = *result.wilcoxon_p < kSignificance && result.rate && *result.rate > 0;
  }
  result.mann_whitney_p = mann_whitney(faulty, values).p_value;
  result.a12 = a12(faulty, values);
  result.cohens_d = cohens_d(faulty, values);
}

}  // namespace

double clamped(double value, double faulty_mean, bool higher_is_better) {
  const bool worse = higher_is_better ? value < faulty_mean : value > faulty_mean;
  return std::isnan(value) || worse ? faulty_mean : value;
}

CaseScores score_case(const RepairCase& repair, Scores scores) {
  CaseScores result;
  std::vector<double> values, finished;
  for (const double run : repair.runs) {
    values.push_back(clamped(run, repair.faulty_mean, repair.higher_is_better));
    result.with_patch += values.back() == run ? 1 : 0;
    if (!std::isnan(run)) finished.push_back(run);
  }
  result.runs = static_cast<int>(values.size());
  result.mean = mean(values);
  result.sigma = population_sd(values);
  result.unclamped_mean = mean(finished);
  result.rate =
      improvement_rate(repair.faulty_mean, repair.truth_mean, values,
                       scores == Scores::kPrinted ? Rounding::kTwoDecimals : Rounding::kNone);
  if (!repair.faulty_values.empty()) test(result, repair.faulty_values, values, scores);
  return result;
}

double stability_of(const std::vector<CaseScores>& cases) {
  std::vector<double> sigmas;
  for (const auto& one : cases) {
    if (one.significant) sigmas.push_back(one.sigma);
  }
  return mean(sigmas);
}

}  // namespace dlfix::eval
