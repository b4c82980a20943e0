// How likely an analysis of variance is to find an effect of a given size.
#pragma once

namespace dlfix::eval {

/// P(F > x) of the noncentral F distribution. NaN unless both degrees > 0 and noncentrality >= 0.
double noncentral_f_tail(double x, double degrees, double other_degrees, double noncentrality);

struct AnovaDesign {
  int observations = 0;  ///< in all groups together
  int groups = 2;
  double significance = 0.05;
};

/// Chance that the F test of `groups` equal groups rejects when the effect (Cohen's f) is `effect`.
/// NaN unless there are two groups, more observations than groups and a significance in (0, 1).
/// Source: statsmodels.stats.power.FTestAnovaPower; DeepCrime hands it Cohen's d.
double anova_power(double effect, const AnovaDesign& design);

}  // namespace dlfix::eval
