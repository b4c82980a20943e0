#include "trainer/torch/sparse_product.h"

#include <algorithm>
#include <cstring>

namespace dlfix::trainer {
namespace {

constexpr std::int64_t kNarrowest = 256;
// A BLAS does some sixteen multiplications while one weight row comes from memory.
constexpr std::int64_t kShare = 16;

// Both are long rows without gaps; vectorised.
void add_scaled(float* __restrict to, const float* __restrict from, float factor, std::int64_t n) {
  for (std::int64_t k = 0; k < n; ++k) to[k] += factor * from[k];
}

// Vectorised, unlike a list that grows.
std::int64_t nonzeros(const float* row, std::int64_t width) {
  std::int32_t count = 0;
  for (std::int64_t k = 0; k < width; ++k) count += row[k] != 0 ? 1 : 0;
  return count;
}

}  // namespace

std::optional<SparseRows> sparse_rows(const float* x, std::int64_t rows, std::int64_t width) {
  if (width < kNarrowest) return std::nullopt;
  const std::int64_t most = rows * width / kShare;
  std::int64_t entries = 0;
  for (std::int64_t row = 0; row < rows; ++row) {
    entries += nonzeros(x + row * width, width);
    if (entries > most) return std::nullopt;
  }
  SparseRows sparse;
  sparse.width = width;
  sparse.columns.reserve(static_cast<std::size_t>(entries));
  sparse.values.reserve(static_cast<std::size_t>(entries));
  for (std::int64_t row = 0; row < rows; ++row, x += width) {
    for (std::int64_t k = 0; k < width; ++k) {
      if (x[k] == 0) continue;
      sparse.columns.push_back(static_cast<std::int32_t>(k));
      sparse.values.push_back(x[k]);
    }
    sparse.ends.push_back(static_cast<std::int64_t>(sparse.values.size()));
  }
  return sparse;
}

bool all_finite(const float* numbers, std::int64_t count) {
  // x - x is 0 for what is finite, else NaN.
  float sum = 0;
  for (std::int64_t i = 0; i < count; ++i) sum += numbers[i] - numbers[i];
  return sum == 0;
}

void sparse_product(const SparseRows& x, const float* w, float* c, std::int64_t n) {
  std::int64_t entry = 0;
  for (const std::int64_t end : x.ends) {
    for (; entry < end; ++entry) {
      const auto at = static_cast<std::size_t>(entry);
      add_scaled(c, w + x.columns[at] * n, x.values[at], n);
    }
    c += n;
  }
}

void sparse_gradient(const SparseRows& x, const float* dy, float* g, std::int64_t n) {
  std::memset(g, 0, static_cast<std::size_t>(x.width * n) * sizeof(float));
  std::int64_t entry = 0;
  for (const std::int64_t end : x.ends) {
    for (; entry < end; ++entry) {
      const auto at = static_cast<std::size_t>(entry);
      add_scaled(g + x.columns[at] * n, dy, x.values[at], n);
    }
    dy += n;
  }
}

}  // namespace dlfix::trainer
