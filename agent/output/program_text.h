// What `inspect` shows of a program.
#pragma once

#include <string>

#include "mapping/program/program.h"

namespace dlfix::agent {

/// Layers, hyperparameters with line numbers, data, what is not known, warnings.
std::string program_text(const mapping::Program& program);

/// What a captured program ran in, and what it could do all the same; empty: it was not run.
std::string containment_text(const mapping::Program& program);

/// "sequential, 5 layers, 12345 parameters".
std::string model_summary(const mapping::Program& program);

/// "(1797, 64) float32".
std::string array_words(const trainer::ArrayRef& array);

}  // namespace dlfix::agent
