// Programs measured over seeds.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "agent/workflows/repair_report.h"

namespace dlfix::agent {

/// What a training without a finite value counts as: 0 where higher is better, else twice the
/// largest finite value among `arms` (1 where there is none). The rule of eval::prove.
double worst_case(std::span<const Arm* const> arms, bool higher_is_better);

/// Values, failures and training time of finished trainings.
Arm make_arm(std::string name, std::vector<trainer::TrainingResult> results);

/// Fills mean and deviation, with `worst` for values that are not finite.
void summarise(Arm& arm, double worst);

/// Values with `worst` for those that are not finite.
std::vector<double> finite_values(const Arm& arm, double worst);

}  // namespace dlfix::agent
