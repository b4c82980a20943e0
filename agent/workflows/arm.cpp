#include "agent/workflows/arm.h"

#include <algorithm>
#include <cmath>

#include "agent/workflows/bench.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::agent {

double worst_case(std::span<const Arm* const> arms, bool higher_is_better) {
  if (higher_is_better) return 0;
  double largest = 0;
  for (const Arm* arm : arms) {
    for (const double value : arm->values) {
      if (std::isfinite(value)) largest = std::max(largest, value);
    }
  }
  return largest > 0 ? 2 * largest : 1;
}

Arm make_arm(std::string name, std::vector<trainer::TrainingResult> results) {
  Arm arm;
  arm.name = std::move(name);
  for (const auto& result : results) {
    arm.values.push_back(measured_value(result));
    arm.training_seconds += result.seconds / static_cast<double>(results.size());
    if (const std::string reason = failure(result); !reason.empty()) arm.failures.push_back(reason);
  }
  arm.results = std::move(results);
  return arm;
}

std::vector<double> finite_values(const Arm& arm, double worst) {
  std::vector<double> values = arm.values;
  for (double& value : values) value = std::isfinite(value) ? value : worst;
  return values;
}

void summarise(Arm& arm, double worst) {
  const std::vector<double> values = finite_values(arm, worst);
  arm.mean = eval::mean(values);
  arm.deviation = values.size() > 1 ? eval::sample_sd(values) : 0;
}

}  // namespace dlfix::agent
