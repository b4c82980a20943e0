// What the search measured of one config.
#pragma once

#include <string>
#include <vector>

#include "mapping/program/program.h"

namespace dlfix::agent {

struct Trial {
  mapping::Config changes;     ///< against the program as written
  std::vector<double> values;  ///< metric on the search rows per seed; NaN: no number
  /// ok; else of the first training that failed: nan, crash, unsupported, out_of_memory, or
  /// cannot_edit (the program's text cannot carry this config).
  std::string outcome = "ok";
  std::string reason;  ///< of an outcome that is not ok
};

}  // namespace dlfix::agent
