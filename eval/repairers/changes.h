// Configs as a search proposes them: brought to one form, kept consistent, checked before they
// cost.
#pragma once

#include <optional>
#include <string>

#include "eval/repairers/repairer.h"

namespace dlfix::eval {

/// Only what differs from the program's own values; where one source value feeds several
/// hyperparameters, all of them get the new value.
/// nullopt: two of them would get different values, or one of them may not change.
std::optional<mapping::Config> settled(const RepairContext& context,
                                       const mapping::Config& changes);

/// A full config in which hyperparameters that one source value feeds agree: the first one's value
/// goes to the others.
mapping::Config with_shared_sources(const RepairContext& context, mapping::Config config);

/// Why Keras would refuse to train the program with these changes, as far as that can be told
/// without building it: orthogonal on a bias (unless its layer is taken out), zero units, a
/// cross-entropy that does not take the labels' form. nullopt: nothing known against it.
std::optional<std::string> known_invalid(const RepairContext& context,
                                         const mapping::Config& changes);

/// `base` with `changes` on top.
mapping::Config joined(const mapping::Config& base, const mapping::Config& changes);

/// One text per config, for telling whether it was tried.
std::string config_key(const mapping::Config& changes);

}  // namespace dlfix::eval
