// The search space of the replication study, to the letter.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "eval/repairers/search_space.h"

namespace dlfix::eval {

/// Source: hyperparameter lists and space builders of the package testingautomated-usi/dl-fl-repair
/// (folders repair/data, repair/DFD, repair/DC_mutants).
SearchSpace study_space(const mapping::Program& program, const SpaceOptions& options);

/// Epochs offered for an initial value: itself and floor(e m^x), floor(e / m^x), x = 0 .. 4, the
/// smaller ones above `threshold`, the larger ones below `limit` (0: no limit); ascending.
std::vector<std::int64_t> study_epochs(std::int64_t initial, double factor, std::int64_t threshold,
                                       std::int64_t limit);

const std::vector<std::string>& study_losses();
const std::vector<std::string>& study_activations();
const std::vector<std::string>& study_initializers();
const std::vector<std::string>& study_optimizers();

/// Whether --only and --freeze let a hyperparameter change.
bool may_change(const mapping::Hyperparameter& parameter, const SpaceOptions& options);

}  // namespace dlfix::eval
