// A column of a comparison over all its programs.
#pragma once

#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "agent/compare/comparison.h"

namespace dlfix::agent {

struct ColumnSummary {
  int programs = 0;
  int significant = 0;
  int runs = 0, with_patch = 0;
  std::map<std::string, int> labels;  ///< of runs: what they did to accuracies
  std::vector<double> rates;          ///< improvement rates, one a program that has one
  std::vector<double> complexities;   ///< of programs with a patch
  std::vector<double> jaccards, jaccards_after;
  std::vector<double> mended, broken;  ///< shares of rows, one a program where they are known
  double stability = std::nan("");     ///< RQ5; NaN without a significant case
};

ColumnSummary summarise_column(const Comparison& comparison, const Column& column);

/// Programs that improve significantly when searches have so much of their budget (RQ6); the whole
/// one when `budget` is not among the cuts.
struct BudgetCount {
  int programs = 0;
  int significant = 0;
};
BudgetCount significant_within(const Comparison& comparison, const Column& column, double budget);

}  // namespace dlfix::agent
