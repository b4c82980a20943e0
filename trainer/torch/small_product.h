// Products of small matrices, for which a BLAS spends more on packing than on multiplying.
#pragma once

#include <cstdint>

namespace dlfix::trainer {

/// A matrix of numbers at data[row * row_step + column * column_step].
struct MatrixView {
  const float* data = nullptr;
  std::int64_t row_step = 0;
  std::int64_t column_step = 1;
};

/// Whether small_product() is there for this processor and faster than a BLAS at m x n x k.
bool is_small_product(std::int64_t m, std::int64_t n, std::int64_t k);

/// C (m x n, by rows) = A (m x k) B (k x n), added to what C holds when `adds`.
void small_product(const MatrixView& a, const MatrixView& b, float* c, std::int64_t m,
                   std::int64_t n, std::int64_t k, bool adds);

}  // namespace dlfix::trainer
