#include "eval/fidelity/study_split.h"

#include <bit>
#include <cmath>
#include <numeric>
#include <random>

namespace dlfix::eval {
namespace {

/// Uniform in [0, most]: masked bits, drawn again when they are too large.
std::uint32_t interval(std::mt19937& random, std::uint32_t most) {
  if (most == 0) return 0;
  const std::uint32_t mask = std::bit_width(most) == 32 ? ~0u : (1u << std::bit_width(most)) - 1;
  std::uint32_t value = 0;
  do {
    value = static_cast<std::uint32_t>(random()) & mask;
  } while (value > most);
  return value;
}

}  // namespace

std::vector<std::int64_t> legacy_permutation(std::int64_t count, std::uint32_t seed) {
  std::mt19937 random(seed);
  std::vector<std::int64_t> order(static_cast<std::size_t>(count));
  std::iota(order.begin(), order.end(), 0);
  for (std::size_t last = order.size(); last-- > 1;)
    std::swap(order[last], order[interval(random, static_cast<std::uint32_t>(last))]);
  return order;
}

StudySplit study_split(std::int64_t count, double test_size, std::uint32_t seed) {
  const auto order = legacy_permutation(count, seed);
  const auto held = static_cast<std::ptrdiff_t>(std::ceil(static_cast<double>(count) * test_size));
  return {{order.begin() + held, order.end()}, {order.begin(), order.begin() + held}};
}

}  // namespace dlfix::eval
