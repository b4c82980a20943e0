#include "trainer/torch/philox.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#if defined(__x86_64__) && defined(__GNUC__)
#include <immintrin.h>
#endif

namespace dlfix::trainer {
namespace {

constexpr std::uint32_t kMultiplier0 = 0xD2511F53;
constexpr std::uint32_t kMultiplier1 = 0xCD9E8D57;
constexpr std::uint32_t kWeyl0 = 0x9E3779B9;
constexpr std::uint32_t kWeyl1 = 0xBB67AE85;
constexpr int kRounds = 10;

__extension__ using Wide = unsigned __int128;

double polynomial(std::span<const double> coefficients, double x) {
  double value = 0;
  for (auto c = coefficients.rbegin(); c != coefficients.rend(); ++c) value = value * x + *c;
  return value;
}

constexpr std::array<double, 8> kCentralNumerator{3.3871328727963666080e0, 1.3314166789178437745e2,
                                                  1.9715909503065514427e3, 1.3731693765509461125e4,
                                                  4.5921953931549871457e4, 6.7265770927008700853e4,
                                                  3.3430575583588128105e4, 2.5090809287301226727e3};
constexpr std::array<double, 8> kCentralDenominator{1.0,
                                                    4.2313330701600911252e1,
                                                    6.8718700749205790830e2,
                                                    5.3941960214247511077e3,
                                                    2.1213794301586595867e4,
                                                    3.9307895800092710610e4,
                                                    2.8729085735721942674e4,
                                                    5.2264952788528545610e3};
constexpr std::array<double, 8> kMiddleNumerator{
    1.42343711074968357734e0,  4.63033784615654529590e0, 5.76949722146069140550e0,
    3.64784832476320460504e0,  1.27045825245236838258e0, 2.41780725177450611770e-1,
    2.27238449892691845833e-2, 7.74545014278341407640e-4};
constexpr std::array<double, 8> kMiddleDenominator{1.0,
                                                   2.05319162663775882187e0,
                                                   1.67638483018380384940e0,
                                                   6.89767334985100004550e-1,
                                                   1.48103976427480074590e-1,
                                                   1.51986665636164571966e-2,
                                                   5.47593808499534494600e-4,
                                                   1.05075007164441684324e-9};
constexpr std::array<double, 8> kTailNumerator{
    6.65790464350110377720e0,  5.46378491116411436990e0,  1.78482653991729133580e0,
    2.96560571828504891230e-1, 2.65321895265761230930e-2, 1.24266094738807843860e-3,
    2.71155556874348757815e-5, 2.01033439929228813265e-7};
constexpr std::array<double, 8> kTailDenominator{1.0,
                                                 5.99832206555887937690e-1,
                                                 1.36929880922735805310e-1,
                                                 1.48753612908506148525e-2,
                                                 7.86869131145613259100e-4,
                                                 1.84631831751005468180e-5,
                                                 1.42151175831644588870e-7,
                                                 2.04426310338993978564e-15};

#if defined(__x86_64__) && defined(__GNUC__)
#define DLFIX_VECTORS __attribute__((target("avx2")))

bool has_vectors() {
  static const bool kHas = __builtin_cpu_supports("avx2");
  return kHas;
}

/// Key and counter of a stream.
struct Start {
  std::uint32_t key0, key1, counter0, counter1, counter2;
};

// Four blocks side by side: a word each in the lower half of every lane. What the upper halves hold
// is never looked at.
struct Lanes {
  __m256i words[4];
};

DLFIX_VECTORS __m256i all(std::uint32_t word) { return _mm256_set1_epi64x(word); }

DLFIX_VECTORS Lanes four_blocks(const Start& start, std::uint32_t first) {
  const __m256i index = _mm256_set_epi64x(first + 3, first + 2, first + 1, first);
  return {{index, all(start.counter0), all(start.counter1), all(start.counter2)}};
}

DLFIX_VECTORS void mix(Lanes& c, __m256i key0, __m256i key1) {
  const __m256i product0 = _mm256_mul_epu32(c.words[0], all(kMultiplier0));
  const __m256i product1 = _mm256_mul_epu32(c.words[2], all(kMultiplier1));
  const __m256i high0 = _mm256_srli_epi64(product0, 32);
  const __m256i high1 = _mm256_srli_epi64(product1, 32);
  c.words[0] = _mm256_xor_si256(_mm256_xor_si256(high1, c.words[1]), key0);
  c.words[2] = _mm256_xor_si256(_mm256_xor_si256(high0, c.words[3]), key1);
  c.words[1] = product1;
  c.words[3] = product0;
}

// Block after block.
DLFIX_VECTORS void store(const Lanes& c, std::uint32_t* words) {
  const __m256i low = all(0xFFFFFFFF);
  const auto pair = [&](int k) DLFIX_VECTORS {
    return _mm256_or_si256(_mm256_and_si256(c.words[k], low),
                           _mm256_slli_epi64(c.words[k + 1], 32));
  };
  const __m256i first = pair(0);
  const __m256i second = pair(2);
  const __m256i even = _mm256_unpacklo_epi64(first, second);
  const __m256i odd = _mm256_unpackhi_epi64(first, second);
  auto* const to = reinterpret_cast<__m256i*>(words);
  _mm256_storeu_si256(to, _mm256_permute2x128_si256(even, odd, 0x20));
  _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(even, odd, 0x31));
}

// Two times four, so that one's multiplications run while the other's end.
DLFIX_VECTORS void vector_blocks(const Start& start, std::uint32_t first, std::uint32_t* words) {
  Lanes a = four_blocks(start, first);
  Lanes b = four_blocks(start, first + 4);
  std::uint32_t key0 = start.key0;
  std::uint32_t key1 = start.key1;
  for (int round = 0; round < kRounds; ++round, key0 += kWeyl0, key1 += kWeyl1) {
    mix(a, all(key0), all(key1));
    mix(b, all(key0), all(key1));
  }
  store(a, words);
  store(b, words + 16);
}
#endif

}  // namespace

double normal_quantile(double p) {
  const double q = p - 0.5;
  if (std::abs(q) <= 0.425) {
    const double r = 0.180625 - q * q;
    return q * polynomial(kCentralNumerator, r) / polynomial(kCentralDenominator, r);
  }
  const double r = std::sqrt(-std::log(q < 0 ? p : 1 - p));
  const double tail =
      r <= 5 ? polynomial(kMiddleNumerator, r - 1.6) / polynomial(kMiddleDenominator, r - 1.6)
             : polynomial(kTailNumerator, r - 5) / polynomial(kTailDenominator, r - 5);
  return q < 0 ? -tail : tail;
}

PhiloxStream::PhiloxStream(std::uint64_t seed, RandomPurpose purpose, std::uint32_t item,
                           std::uint64_t step)
    : key_{static_cast<std::uint32_t>(seed), static_cast<std::uint32_t>(seed >> 32)},
      counter_{
          static_cast<std::uint32_t>(step), item,
          (static_cast<std::uint32_t>(purpose) << 24) ^ static_cast<std::uint32_t>(step >> 32)} {}

PhiloxStream::Block PhiloxStream::block(std::uint32_t index) const {
  Block c{index, counter_[0], counter_[1], counter_[2]};
  auto [key0, key1] = key_;
  for (int round = 0; round < kRounds; ++round) {
    const std::uint64_t product0 = std::uint64_t{kMultiplier0} * c[0];
    const std::uint64_t product1 = std::uint64_t{kMultiplier1} * c[2];
    c = {static_cast<std::uint32_t>(product1 >> 32) ^ c[1] ^ key0,
         static_cast<std::uint32_t>(product1),
         static_cast<std::uint32_t>(product0 >> 32) ^ c[3] ^ key1,
         static_cast<std::uint32_t>(product0)};
    key0 += kWeyl0;
    key1 += kWeyl1;
  }
  return c;
}

PhiloxStream::EightBlocks PhiloxStream::eight_blocks(std::uint32_t first) const {
  EightBlocks words;
#if defined(__x86_64__) && defined(__GNUC__)
  if (has_vectors()) {
    const Start start{key_[0], key_[1], counter_[0], counter_[1], counter_[2]};
    vector_blocks(start, first, words.data());
    return words;
  }
#endif
  for (std::uint32_t i = 0; i < 8; ++i) {
    const Block four = block(first + i);
    std::copy(four.begin(), four.end(), words.begin() + 4 * i);
  }
  return words;
}

std::uint32_t PhiloxStream::next() {
  const std::uint32_t place = position_ % current_.size();
  if (place == 0) current_ = eight_blocks(position_ / 4);
  ++position_;
  return current_[place];
}

double PhiloxStream::next_uniform() { return (next() + 0.5) / 4294967296.0; }

double PhiloxStream::next_normal() { return normal_quantile(next_uniform()); }

double PhiloxStream::next_truncated_normal(double bound) {
  const double below = 0.5 * std::erfc(bound / std::sqrt(2.0));
  return normal_quantile(below + next_uniform() * (1 - 2 * below));
}

void PhiloxStream::fill(std::span<std::uint32_t> words) const {
  for (std::size_t i = 0; i < words.size(); i += EightBlocks{}.size()) {
    const EightBlocks next = eight_blocks(static_cast<std::uint32_t>(i / 4));
    std::copy_n(next.begin(), std::min(next.size(), words.size() - i), words.begin() + i);
  }
}

std::vector<std::int64_t> random_permutation(std::int64_t count, PhiloxStream stream) {
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (std::uint64_t i = order.size(); i > 1; --i) {
    const std::uint64_t bits = (std::uint64_t{stream.next()} << 32) | stream.next();
    const auto j = static_cast<std::uint64_t>((Wide{bits} * i) >> 64);
    std::swap(order[i - 1], order[j]);
  }
  return order;
}

}  // namespace dlfix::trainer
