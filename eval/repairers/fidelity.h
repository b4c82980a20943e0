// Trainings cut short, which tell good configs from bad ones for less.
#pragma once

#include <span>
#include <vector>

#include "eval/repairers/repairer.h"

namespace dlfix::eval {

/// Epochs can be cut: the program has them as one editable number, and there are more than two of
/// them to begin with or to choose.
bool can_cut_epochs(const RepairContext& context);

/// The config with `share` of its epochs, rounded, at least one. Requires: can_cut_epochs(); 0 <
/// share <= 1.
mapping::Config with_epochs_cut(const RepairContext& context, const mapping::Config& changes,
                                double share);

/// One training of each config with `share` of its epochs (1: as they are). Results carry the
/// config as given and the share.
std::vector<TrialResult> run_share(const RepairContext& context, TrialRunner& runner,
                                   std::span<const mapping::Config> configs, double share);

}  // namespace dlfix::eval
