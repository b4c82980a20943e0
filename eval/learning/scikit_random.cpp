#include "eval/learning/scikit_random.h"

#include <bit>

namespace dlfix::eval {

std::uint32_t NumpyRandom::below(std::uint32_t bound) {
  const std::uint32_t largest = bound - 1;
  if (largest == 0) return 0;
  const std::uint32_t mask = ~std::uint32_t{0} >> std::countl_zero(largest);
  for (;;) {
    const auto drawn = static_cast<std::uint32_t>(engine_()) & mask;
    if (drawn <= largest) return drawn;
  }
}

std::size_t XorShift::between(std::size_t low, std::size_t high) {
  state_ ^= state_ << 13;
  state_ ^= state_ >> 17;
  state_ ^= state_ << 5;
  return low + (state_ & 0x7FFFFFFFU) % (high - low);
}

}  // namespace dlfix::eval
