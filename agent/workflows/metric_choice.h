// What counts as better.
#pragma once

#include <string>

#include "eval/repairers/search_space.h"
#include "mapping/program/program.h"

namespace dlfix::agent {

struct MetricChoice {
  std::string name;
  std::string remark;  ///< why it is not the program's own; empty: it is
};

/// --metric, else the program's first metric that fits its labels, else accuracy for classes and
/// mae for numbers. The loss itself is taken only when asked for: a repair may change the loss
/// function. Errors: InputError when `asked` is not a metric, naming the nearest.
MetricChoice choose_metric(const mapping::Program& program, eval::ProblemKind problem,
                           const std::string& asked);

}  // namespace dlfix::agent
