#include "eval/mutation/killing.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>

#include "eval/mutation/binary_search.h"
#include "eval/statistics/effect_size.h"
#include "eval/statistics/two_means.h"
#include "eval/statistics/wilcoxon.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

void check_group(std::span<const double> values, const char* whose) {
  if (values.size() < 2) {
    throw support::InputError(fmt::format(
        "{} trainings of the {} are too few for a test: two are needed", values.size(), whose));
  }
  const auto bad = std::ranges::find_if_not(values, [](double x) { return std::isfinite(x); });
  if (bad == values.end()) return;
  throw support::InputError(
      fmt::format("training {} of the {} has the metric {}", bad - values.begin(), whose, *bad),
      "give a training that diverged the worst value of the metric");
}

bool is_constant(std::span<const double> values) {
  return std::ranges::adjacent_find(values, std::not_equal_to<>()) == values.end();
}

KillingResult without_variance(double original, double mutant, const KillingCriterion& criterion) {
  KillingResult result;
  if (original != mutant) {
    result.p_value = 0;
    result.effect = std::copysign(std::numeric_limits<double>::infinity(), original - mutant);
  }
  if (criterion.published) result.why_not = "neither group varies: the model cannot be fitted";
  return result;
}

double p_value_of(std::span<const double> original, std::span<const double> mutant,
                  KillingTest test) {
  if (test == KillingTest::kGaussianModel) return glm_group_test(mutant, original).p_value;
  if (original.size() != mutant.size()) {
    throw support::InputError(
        fmt::format("{} and {} trainings are no pairs for the signed-rank test", original.size(),
                    mutant.size()));
  }
  return wilcoxon_signed_rank(original, mutant).p_value;
}

}  // namespace

KillingResult killing_test(std::span<const double> original, std::span<const double> mutant,
                           MetricDirection direction, const KillingCriterion& criterion) {
  check_group(original, "original");
  check_group(mutant, "mutant");
  KillingResult result;
  if (is_constant(original) && is_constant(mutant)) {
    result = without_variance(original.front(), mutant.front(), criterion);
  } else {
    result.p_value = p_value_of(original, mutant, criterion.test);
    result.effect = cohens_d(mutant, original);
  }
  if (criterion.published) {
    result.p_value = python_round(result.p_value, 3);
    if (original.size() != mutant.size()) result.why_not = "the groups are of different sizes";
    if (!result.why_not.empty()) return result;
  }
  const double worse =
      direction == MetricDirection::kHigherIsBetter ? result.effect : -result.effect;
  result.killed = result.p_value < criterion.significance && worse >= criterion.effect;
  return result;
}

}  // namespace dlfix::eval
