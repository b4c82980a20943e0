// The captured arrays of a program, sampled.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "eval/evidence/problem.h"
#include "eval/metrics/labels.h"
#include "mapping/program/program.h"
#include "trainer/support/npy.h"

namespace dlfix::eval {

/// Rows of numbers, row-major.
struct Table {
  std::int64_t rows = 0;
  std::int64_t columns = 0;
  std::vector<double> values;
  double at(std::int64_t row, std::int64_t column) const {
    return values[static_cast<std::size_t>(row * columns + column)];
  }
};

/// One side: what fit trains on, or what the program evaluates on.
struct DataSide {
  std::vector<support::NpyArray> inputs;  ///< one per model input
  Labels labels;                          ///< all rows
  std::int64_t rows = 0;                  ///< used ones: fit leaves out validation_split
  const std::vector<mapping::ProgramArray>* x = nullptr;
  const mapping::ProgramArray* y = nullptr;

  std::int64_t features() const;
  /// About `count` rows, evenly spaced over the used ones.
  std::vector<std::int64_t> sample(std::int64_t count) const;
  /// All inputs of these rows side by side; at most `columns` of their entries, evenly spaced.
  Table table(const std::vector<std::int64_t>& rows, std::int64_t columns) const;
};

struct DataView {
  const mapping::Program* program = nullptr;
  DataSide training;
  std::optional<DataSide> evaluation;
  Problem problem;
};

/// nullopt when nothing was captured or a side has no labels.
std::optional<DataView> view_data(const mapping::Program& program);

}  // namespace dlfix::eval
