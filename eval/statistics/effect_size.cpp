#include "eval/statistics/effect_size.h"

#include <cmath>
#include <limits>
#include <vector>

#include "eval/statistics/descriptive.h"

namespace dlfix::eval {

double cohens_d(std::span<const double> control, std::span<const double> treatment) {
  if (control.size() < 2 || treatment.size() < 2) return std::numeric_limits<double>::quiet_NaN();
  const double difference = mean(treatment) - mean(control);
  if (difference == 0) return 0;
  const double n = static_cast<double>(control.size() - 1);
  const double m = static_cast<double>(treatment.size() - 1);
  const double sd_control = sample_sd(control);
  const double sd_treatment = sample_sd(treatment);
  const double pooled =
      std::sqrt((n * sd_control * sd_control + m * sd_treatment * sd_treatment) / (n + m));
  return difference / pooled;
}

double a12(std::span<const double> control, std::span<const double> treatment) {
  if (control.empty() || treatment.empty()) return std::numeric_limits<double>::quiet_NaN();
  std::vector<double> joined(treatment.begin(), treatment.end());
  joined.insert(joined.end(), control.begin(), control.end());
  const std::vector<double> rank = ranks(joined);
  double rank_sum = 0;
  for (std::size_t i = 0; i < treatment.size(); ++i) rank_sum += rank[i];
  const double m = static_cast<double>(treatment.size());
  const double n = static_cast<double>(control.size());
  return (2 * rank_sum - m * (m + 1)) / (2 * m * n);
}

}  // namespace dlfix::eval
