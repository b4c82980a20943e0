// Counter-based random numbers: every draw is a pure function of (seed, purpose, item, step,
// index), so that a training draws the same numbers whatever trains beside it. Philox4x32-10:
// Salmon et al., "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
#pragma once

#include <array>
#include <cstdint>
#include <span>
#include <vector>

namespace dlfix::trainer {

enum class RandomPurpose : std::uint32_t {
  kInitialWeights = 1,
  kShuffle = 2,
  kDropout = 3,
  kNoise = 4
};

class PhiloxStream {
 public:
  using Block = std::array<std::uint32_t, 4>;
  using EightBlocks = std::array<std::uint32_t, 32>;

  /// `item` tells streams of one purpose apart (a weight, a layer), `step` is an epoch or a step.
  PhiloxStream(std::uint64_t seed, RandomPurpose purpose, std::uint32_t item, std::uint64_t step);

  /// The `index`-th four words of the stream.
  Block block(std::uint32_t index) const;
  /// Blocks `first` to `first` + 7, one behind the other.
  EightBlocks eight_blocks(std::uint32_t first) const;
  /// Next word, taken from the blocks in order.
  std::uint32_t next();
  /// Uniform in (0, 1), 32 bits.
  double next_uniform();
  /// Standard normal, by the inverse of its distribution function.
  double next_normal();
  /// Standard normal, kept within `bound` standard deviations.
  double next_truncated_normal(double bound);
  /// The first words of the stream, wherever next() stands.
  void fill(std::span<std::uint32_t> words) const;

 private:
  std::array<std::uint32_t, 2> key_;
  std::array<std::uint32_t, 3> counter_;
  EightBlocks current_{};
  std::uint32_t position_ = 0;
};

/// 0 .. count - 1 in random order (Fisher-Yates).
std::vector<std::int64_t> random_permutation(std::int64_t count, PhiloxStream stream);

/// Inverse of the standard normal distribution function, for 0 < p < 1.
/// Wichura, Algorithm AS 241 (PPND16), Applied Statistics 37, 1988: relative error about 1e-16.
double normal_quantile(double p);

}  // namespace dlfix::trainer
