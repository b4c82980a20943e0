// The random streams of NumPy and scikit-learn, so that a tree or forest grown here under a seed is
// the one that scikit-learn grows under it.
#pragma once

#include <cstdint>
#include <random>

namespace dlfix::eval {

/// numpy.random.RandomState(seed): a Mersenne twister whose bounded draws take the lowest bits that
/// can hold the bound and draw again while they exceed it.
class NumpyRandom {
 public:
  explicit NumpyRandom(std::uint32_t seed) : engine_(seed) {}
  /// randint(bound): uniform in [0, bound). Requires: bound > 0. A bound of 1 draws nothing.
  std::uint32_t below(std::uint32_t bound);

 private:
  std::mt19937 engine_;
};

/// The generator that a tree draws its features with (Marsaglia, Xorshift RNGs, 2003).
class XorShift {
 public:
  explicit XorShift(std::uint32_t seed) : state_(seed == 0 ? 1 : seed) {}
  /// In [low, high), with the bias of a remainder. Requires: low < high.
  std::size_t between(std::size_t low, std::size_t high);

 private:
  std::uint32_t state_;
};

}  // namespace dlfix::eval
