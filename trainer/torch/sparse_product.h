// Products with a matrix that is nearly all zeros, such as bags of words: only what is not zero is
// multiplied.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

namespace dlfix::trainer {

/// The numbers of a matrix that are not zero, row after row.
struct SparseRows {
  std::vector<std::int64_t> ends;     ///< behind the last entry of each row
  std::vector<std::int32_t> columns;  ///< of each entry, ascending within a row
  std::vector<float> values;
  std::int64_t width = 0;
};

/// `x` [rows, width] where a sparse product is the faster one: wide, and few numbers are not zero.
/// Depends on x alone. Looks no further than it takes to know; NaN is not zero.
std::optional<SparseRows> sparse_rows(const float* x, std::int64_t rows, std::int64_t width);

/// Whether neither NaN nor infinity is among them.
bool all_finite(const float* numbers, std::int64_t count);

/// c (rows x n) += x w, with w (width x n) and c by rows.
void sparse_product(const SparseRows& x, const float* w, float* c, std::int64_t n);

/// g (width x n) = x^T dy, with dy (rows x n).
void sparse_gradient(const SparseRows& x, const float* dy, float* g, std::int64_t n);

}  // namespace dlfix::trainer
