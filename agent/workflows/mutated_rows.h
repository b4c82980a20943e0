// DeepCrime's mutations of training data, made: new arrays for a training.
#pragma once

#include <cstdint>
#include <string>

#include "eval/evidence/problem.h"
#include "eval/mutation/mutant.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

/// Replaces the training rows of `request` by those of plan_data_change(). The arrays are written
/// below `directory` as float32. Validation and evaluation rows stay as they are.
/// Returns why the operator does not apply; empty: it did.
/// Errors: InputError or EnvironmentError when an array cannot be read or written; as
/// plan_data_change.
std::string change_training_rows(const eval::DataChange& change, const eval::Problem& problem,
                                 std::uint64_t seed, const std::string& directory,
                                 trainer::TrainingRequest& request);

}  // namespace dlfix::agent
