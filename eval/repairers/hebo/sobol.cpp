#include "eval/repairers/hebo/sobol.h"

#include <bit>
#include <span>

namespace dlfix::eval::hebo {
namespace {

constexpr auto kBits = static_cast<std::uint32_t>(Sobol::kBits);

/// Continues the initial numbers m_1 ... m_s by the recurrence of a primitive polynomial of degree
/// s; `coefficients` are its inner ones. Result: m_k shifted to the top, k = 1 ... kBits.
std::array<std::uint32_t, kBits> expand_directions(std::uint32_t degree, std::uint32_t coefficients,
                                                   std::span<const std::uint32_t> initial) {
  std::array<std::uint32_t, kBits> directions{};
  for (std::uint32_t k = 0; k < kBits; ++k) {
    if (k < degree) {
      directions[k] = initial[k] << (kBits - 1 - k);
      continue;
    }
    std::uint32_t value = directions[k - degree] ^ (directions[k - degree] >> degree);
    for (std::uint32_t i = 1; i < degree; ++i) {
      if ((coefficients >> (degree - 1 - i)) & 1U) value ^= directions[k - i];
    }
    directions[k] = value;
  }
  return directions;
}

/// A lower triangular matrix of ones on its diagonal and random bits below, over every direction.
void scramble_directions(std::array<std::uint32_t, kBits>& directions, RandomStream& random) {
  std::array<std::uint32_t, kBits> rows{};
  for (std::uint32_t row = 0; row < kBits; ++row) {
    const std::uint32_t diagonal = 1U << (kBits - 1 - row);
    const std::uint32_t above = ~((diagonal << 1U) - 1) & ((1U << kBits) - 1);
    rows[row] = diagonal | (static_cast<std::uint32_t>(random.next() >> 32U) & above);
  }
  for (std::uint32_t& direction : directions) {
    std::uint32_t mixed = 0;
    for (std::uint32_t row = 0; row < kBits; ++row) {
      const auto bit = static_cast<std::uint32_t>(std::popcount(rows[row] & direction)) & 1U;
      mixed |= bit << (kBits - 1 - row);
    }
    direction = mixed;
  }
}

}  // namespace

Sobol::Sobol(std::size_t dimensions, bool scrambled, std::uint64_t seed) : random_(seed) {
  const std::vector<std::uint32_t>& table = sobol_table();
  std::size_t at = 0;
  while (directions_.size() < dimensions && at < table.size()) {
    if (directions_.empty()) {  // van der Corput's sequence has no polynomial
      Directions first{};
      for (std::uint32_t k = 0; k < kBits; ++k) first[k] = 1U << (kBits - 1 - k);
      directions_.push_back(first);
      continue;
    }
    const std::uint32_t degree = table[at];
    directions_.push_back(
        expand_directions(degree, table[at + 1], std::span(table).subspan(at + 2, degree)));
    at += 2 + degree;
  }
  random_dimensions_ = dimensions - directions_.size();
  state_.assign(directions_.size(), 0);
  if (!scrambled) return;
  for (std::size_t j = 0; j < directions_.size(); ++j) {
    scramble_directions(directions_[j], random_);
    state_[j] = static_cast<std::uint32_t>(random_.next() >> (64 - kBits));
  }
}

std::vector<double> Sobol::next() {
  std::vector<double> point;
  point.reserve(state_.size() + random_dimensions_);
  for (const std::uint32_t bits : state_) {
    point.push_back(static_cast<double>(bits) / static_cast<double>(1U << kBits));
  }
  for (std::size_t j = 0; j < random_dimensions_; ++j) point.push_back(random_.uniform());
  const auto changed = static_cast<std::size_t>(std::countr_one(index_)) % kBits;
  for (std::size_t j = 0; j < state_.size(); ++j) state_[j] ^= directions_[j][changed];
  ++index_;
  return point;
}

}  // namespace dlfix::eval::hebo
