// A captured program with its rows, ready to be trained under any config.
#pragma once

#include <string>

#include "agent/workflows/row_plan.h"
#include "mapping/program/program.h"
#include "trainer/spec/training.h"

namespace dlfix::agent {

/// Name of the evaluation set every request has.
inline constexpr const char* kMeasuredRows = "measured";

struct Subject {
  mapping::Program program;
  RowPool pool;
  RowPlan plan;
  std::string metric;
  std::string profile;
  std::string scratch;  ///< folder for scaled arrays

  /// The training of `changes` against the program on `use`'s rows.
  /// Errors: InputError when the changes do not fit the program (apply_config).
  trainer::TrainingRequest request(const mapping::Config& changes, const RowUse& use,
                                   std::uint64_t seed) const;
  /// Counted work of one training on the plan's rows, in GFLOP. Errors: as request().
  double work(const mapping::Config& changes) const;
};

}  // namespace dlfix::agent
