// Our own search space: values that make sense for the program's labels and size.
#pragma once

#include "eval/repairers/search_space.h"

namespace dlfix::eval {

SearchSpace sane_space(const mapping::Program& program, ProblemKind problem, bool one_hot,
                       const SpaceOptions& options);

/// The L2 penalty as the probe writes a regulariser.
nlohmann::json l2_regularizer(double strength);

}  // namespace dlfix::eval
