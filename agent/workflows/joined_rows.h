// Rows of several arrays laid end to end, by number: the form that row sets have.
#pragma once

#include <cstdint>
#include <vector>

#include "trainer/spec/training.h"
#include "trainer/support/npy.h"

namespace dlfix::agent {

class JoinedRows {
 public:
  /// Errors: as NpyArray::open.
  explicit JoinedRows(const std::vector<trainer::ArrayRef>& parts);

  std::int64_t rows() const;
  /// The values of row `number`, flat; empty beyond the last.
  std::vector<double> row(std::int64_t number) const;
  /// The shape that `rows` of them have as one array.
  std::vector<std::int64_t> shape(std::int64_t rows) const;

 private:
  std::vector<support::NpyArray> arrays_;
};

/// The set's rows by number: those that it selects, or all.
std::vector<std::int64_t> row_numbers(const trainer::RowSet& set);

}  // namespace dlfix::agent
