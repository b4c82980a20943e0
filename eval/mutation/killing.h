// Do the trainings of a mutant show its fault?
#pragma once

#include <cstdint>
#include <span>
#include <string>

namespace dlfix::eval {

enum class MetricDirection : std::uint8_t { kHigherIsBetter, kLowerIsBetter };

enum class KillingTest : std::uint8_t {
  kGaussianModel,  ///< Wald test of the group's coefficient
  kSignedRank,     ///< Wilcoxon, first with first training: DeepCrime's option
};

struct KillingCriterion {
  double significance = 0.05;  ///< p has to be below
  double effect = 0.5;         ///< Cohen's d has to be at least, in the worse direction
  /// The public code: p with three decimals (so below 0.0495), groups of one size, and nothing is
  /// killed where neither group varies.
  bool published = false;
  KillingTest test = KillingTest::kGaussianModel;
};

struct KillingResult {
  bool killed = false;  ///< the mutant is worse, beyond chance and by enough
  double p_value = 1;
  double effect = 0;    ///< (mean(original) - mean(mutant)) / pooled standard deviation
  std::string why_not;  ///< why the published test gives no answer; empty: it does
};

/// A test of two groups, and Cohen's d. Groups that do not vary: p = 0 and an infinite effect where
/// they differ, p = 1 and 0 where they do not.
/// Errors: InputError unless both groups have two values, all finite, and for kSignedRank equally
/// many.
/// Source: DeepCrime (ISSTA 2021); DeepFD uses the same test for the labels of its mutants.
KillingResult killing_test(std::span<const double> original, std::span<const double> mutant,
                           MetricDirection direction, const KillingCriterion& criterion = {});

}  // namespace dlfix::eval
