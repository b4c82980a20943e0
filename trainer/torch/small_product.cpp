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

// A tile of kRows x (kVectors * lanes of Vector) numbers, kept in registers over the depth.
template <class Vector, int kRows, int kVectors>
DLFIX_VECTORS void tile(const Product& p, std::int64_t row, std::int64_t column) {
  constexpr int kLanes = sizeof(Vector) / sizeof(float);
  Vector sums[kRows][kVectors];
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < kVectors; ++v) {
      sums[r][v] = Vector{};
      if (p.adds) {
        std::memcpy(&sums[r][v], p.c + (row + r) * p.c_step + column + v * kLanes, sizeof(Vector));
      }
    }
  }
  for (std::int64_t k = 0; k < p.depth; ++k) {
    Vector b[kVectors];
    for (int v = 0; v < kVectors; ++v) {
      std::memcpy(&b[v], p.b + k * p.b_step + column + v * kLanes, sizeof(Vector));
    }
    for (int r = 0; r < kRows; ++r) {
      const float a = p.a.data[(row + r) * p.a.row_step + k * p.a.column_step];
      for (int v = 0; v < kVectors; ++v) sums[r][v] += a * b[v];
    }
  }
  for (int r = 0; r < kRows; ++r) {
    for (int v = 0; v < kVectors; ++v) {
      std::memcpy(p.c + (row + r) * p.c_step + column + v * kLanes, &sums[r][v], sizeof(Vector));
    }
  }
}

template <class Vector, int kVectors>
DLFIX_VECTORS void columns(const Product& p, std::int64_t rows, std::int64_t column) {
  std::int64_t row = 0;
  for (; row + 4 <= rows; row += 4) tile<Vector, 4, kVectors>(p, row, column);
  for (; row < rows; ++row) tile<Vector, 1, kVectors>(p, row, column);
}

DLFIX_VECTORS void multiply(const Product& p, std::int64_t rows, std::int64_t width) {
  using Eight = float __attribute__((vector_size(32)));
  using Four = float __attribute__((vector_size(16)));
  using One = float;
  std::int64_t column = 0;
  for (; column + 16 <= width; column += 16) columns<Eight, 2>(p, rows, column);
  for (; column + 8 <= width; column += 8) columns<Eight, 1>(p, rows, column);
  for (; column + 4 <= width; column += 4) columns<Four, 1>(p, rows, column);
  for (; column < width; ++column) columns<One, 1>(p, rows, column);
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
