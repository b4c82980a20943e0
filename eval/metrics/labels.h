// Labels as numbers, whatever their type on disk.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "trainer/spec/training.h"

namespace dlfix::eval {

/// Row-major label table. `width` is 1 for class numbers and single targets.
struct Labels {
  std::int64_t width = 1;
  std::vector<double> values;

  std::int64_t rows() const { return static_cast<std::int64_t>(values.size()) / width; }
  double at(std::int64_t row, std::int64_t column = 0) const {
    return values[static_cast<std::size_t>(row * width + column)];
  }
  /// Class of a row: the largest column, or the nearest whole number of a single one.
  std::int64_t class_of(std::int64_t row) const;
};

/// Reads a whole array; dimensions after the first become columns.
/// Errors: InputError or EnvironmentError as support::NpyArray::open.
Labels read_labels(const trainer::ArrayRef& array);

/// The same of some rows, in their order. Errors: InputError naming a row out of range.
Labels select_rows(const Labels& labels, std::span<const std::int64_t> rows);

}  // namespace dlfix::eval
