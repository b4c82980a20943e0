#include "eval/statistics/random_stream.h"

namespace dlfix::eval {
namespace {

std::uint64_t mix(std::uint64_t value) {
  value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9ULL;
  value = (value ^ (value >> 27)) * 0x94d049bb133111ebULL;
  return value ^ (value >> 31);
}

constexpr std::uint64_t kGolden = 0x9e3779b97f4a7c15ULL;

}  // namespace

RandomStream::RandomStream(std::uint64_t seed, std::uint64_t stream)
    : state_(mix(mix(seed + kGolden) ^ mix(stream * kGolden + 0x2545f4914f6cdd1dULL))) {}

std::uint64_t RandomStream::next() {
  state_ += kGolden;
  return mix(state_);
}

double RandomStream::uniform() { return static_cast<double>(next() >> 11) * 0x1.0p-53; }

std::size_t RandomStream::index(std::size_t count) {
  const std::uint64_t bound = count;
  // Values below the remainder of 2^64 / bound are drawn again, so that no index is favoured.
  const std::uint64_t reject_below = (0 - bound) % bound;
  std::uint64_t value = next();
  while (value < reject_below) value = next();
  return static_cast<std::size_t>(value % bound);
}

}  // namespace dlfix::eval
