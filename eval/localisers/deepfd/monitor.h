// DeepFD's monitor: a row of 22 numbers at every check of a training.
#pragma once

#include <array>
#include <string>
#include <vector>

#include "eval/localisers/deepfd/run_history.h"

namespace dlfix::eval {

constexpr std::size_t kMonitorColumns = 22;
using MonitorRow = std::array<double, kMonitorColumns>;

/// not_converge, unstable_loss, nan_loss, ..., val_loss, val_acc: in the order of the tool's file.
const std::array<std::string, kMonitorColumns>& monitor_columns();

/// One row a check; flags are 0 or 1. State lasts over the whole run: counters add up, flags stay.
/// Rules at a check look at the history so far; at a check after an epoch (which the public code
/// does not have) at the epochs alone, as those after batches and epochs have no common measure.
/// Bounds are the tool's: beta1 1e-3, beta2 1e-4, beta3 70, gamma 0.7, zeta 0.03, eta 0.2, delta
/// 0.01, theta 0.6, large weights above 5, judged from 0.3 of the epochs on, epsilon 0.01.
/// Errors: InputError where the quirk paired_gradients meets an odd number of gradients.
/// Source: DeepFD, public code (the callback of its trainings).
std::vector<MonitorRow> monitor_rows(const MonitoredRun& run, const DeepFdQuirks& quirks);

/// Whether accuracies swing: of the k-th local maximum and the k-th local minimum, plateaus being
/// both, at least a fifth of `accuracies`' number of pairs are 0.03 or more apart.
bool accuracies_swing(const std::vector<double>& accuracies);

}  // namespace dlfix::eval
