#include "trainer/torch/small_product.h"

#include <cstring>
#include <vector>

namespace dlfix::trainer {
namespace {

// From here on packing pays.
constexpr std::int64_t kLargest = 64 * 64 * 64;

#if defined(__x86_64__) && defined(__GNUC__)
#define DLFIX_VECTORS __attribute__((target("avx2,fma")))

bool has_vectors() {
  static const bool kHas = __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
  return kHas;
}

struct Product {
  MatrixView a;
  const float* b = nullptr;  ///< by rows
  std::int64_t b_step = 0;
  float* c = nullptr;
  std::int64_t c_step = 0;
  std::int64_t depth = 0;
  bool adds = false;
};

/// Columns of C that are computed together: vectors side by side, the last one so far to the left
/// that it ends with the row. Columns that two vectors hold get the same numbers from both.
template <class Vector, int kVectors>
struct Strip {
  static constexpr int kLanes = sizeof(Vector) / sizeof(float);
  std::int64_t column = 0;
  std::int64_t last = 0;  ///< column of the last vector

  std::int64_t at(int vector) const {
    return vector == kVectors - 1 ? last : column + vector * kLanes;
  }
};

// Numbers that stay in registers over the depth.
template <class Vector, int kVectors, int kRows>
DLFIX_VECTORS void tile(const Product& p, const Strip<Vector, kVectors>& strip, std::int64_t row) {
  Vector sums[kRows][kVectors];
  float* const c = p.c + row * p.c_step;
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < kVectors; ++v) {
      sums[r][v] = Vector{};
      if (p.adds) std::memcpy(&sums[r][v], c + r * p.c_step + strip.at(v), sizeof(Vector));
    }
  }
  const float* a = p.a.data + row * p.a.row_step;
  const float* b = p.b;
  for (std::int64_t k = 0; k < p.depth; ++k, a += p.a.column_step, b += p.b_step) {
    Vector own[kVectors];
    for (int v = 0; v < kVectors; ++v) std::memcpy(&own[v], b + strip.at(v), sizeof(Vector));
    for (int r = 0; r < kRows; ++r) {
      const float factor = a[r * p.a.row_step];
      for (int v = 0; v < kVectors; ++v) sums[r][v] += factor * own[v];
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < kVectors; ++v) {
      std::memcpy(c + r * p.c_step + strip.at(v), &sums[r][v], sizeof(Vector));
    }
  }
}

// As many rows as there are registers for, then the rest in one tile.
template <class Vector, int kVectors, int kRows>
DLFIX_VECTORS void rest(const Product& p, const Strip<Vector, kVectors>& strip, std::int64_t row,
                        std::int64_t rows) {
  if constexpr (kRows > 0) {
    if (rows == kRows) return tile<Vector, kVectors, kRows>(p, strip, row);
    rest<Vector, kVectors, kRows - 1>(p, strip, row, rows);
  }
}

template <class Vector, int kVectors>
DLFIX_VECTORS void columns(const Product& p, const Strip<Vector, kVectors>& strip,
                           std::int64_t rows) {
  constexpr int kRows = 12 / kVectors;
  std::int64_t row = 0;
  for (; row + kRows <= rows; row += kRows) tile<Vector, kVectors, kRows>(p, strip, row);
  rest<Vector, kVectors, kRows - 1>(p, strip, row, rows - row);
}

// The remaining columns, at most three vectors of them.
template <class Vector>
DLFIX_VECTORS void last_columns(const Product& p, std::int64_t rows, std::int64_t column,
                                std::int64_t width) {
  constexpr std::int64_t kLanes = sizeof(Vector) / sizeof(float);
  const std::int64_t last = width - kLanes;
  const std::int64_t left = width - column;
  if (left > 2 * kLanes) return columns<Vector, 3>(p, {column, last}, rows);
  if (left > kLanes) return columns<Vector, 2>(p, {column, last}, rows);
  columns<Vector, 1>(p, {column, last}, rows);
}

DLFIX_VECTORS void multiply(const Product& p, std::int64_t rows, std::int64_t width) {
  using Eight = float __attribute__((vector_size(32)));
  using Four = float __attribute__((vector_size(16)));
  using One = float;
  if (width < 4) return last_columns<One>(p, rows, 0, width);
  if (width < 8) return last_columns<Four>(p, rows, 0, width);
  std::int64_t column = 0;
  for (; width - column > 24; column += 16) columns<Eight, 2>(p, {column, column + 8}, rows);
  last_columns<Eight>(p, rows, column, width);
}
#else
bool has_vectors() { return false; }
#endif

}  // namespace

bool is_small_product(std::int64_t m, std::int64_t n, std::int64_t k) {
  return m * n * k <= kLargest && has_vectors();
}

void small_product(const MatrixView& a, const MatrixView& b, float* c, std::int64_t m,
                   std::int64_t n, std::int64_t k, bool adds) {
#if defined(__x86_64__) && defined(__GNUC__)
  if (m == 0 || n == 0) return;
  std::vector<float> turned;
  Product product{a, b.data, b.row_step, c, n, k, adds};
  if (b.column_step != 1) {
    turned.resize(static_cast<std::size_t>(k * n));
    for (std::int64_t j = 0; j < n; ++j) {
      for (std::int64_t i = 0; i < k; ++i) {
        turned[static_cast<std::size_t>(i * n + j)] = b.data[i * b.row_step + j * b.column_step];
      }
    }
    product.b = turned.data();
    product.b_step = n;
  }
  multiply(product, m, n);
#else
  (void)a, (void)b, (void)c, (void)m, (void)n, (void)k, (void)adds;
#endif
}

}  // namespace dlfix::trainer
