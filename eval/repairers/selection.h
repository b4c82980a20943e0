// Comparing trial results.
#pragma once

#include <span>

#include "eval/repairers/repairer.h"

namespace dlfix::eval {

/// Mean of the trial, larger is better; minus infinity without a usable value.
double oriented_mean(const RepairContext& context, const TrialResult& result);

/// Changes of the trial with the best mean, the earliest on ties, the first trial left out (it is
/// the faulty program). Empty unless strictly better than the faulty program's mean.
mapping::Config best_single_result(const RepairContext& context,
                                   std::span<const TrialResult> history);

}  // namespace dlfix::eval
