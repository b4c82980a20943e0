// Sums and maxima of short rows in eight lanes, which a compiler keeps in vectors: in one lane each
// number would wait for the one before.
#pragma once

#include <cstdint>
#include <limits>

namespace dlfix::trainer {

inline constexpr std::int64_t kRowLanes = 8;

/// The sum of number(k) for k = 0 .. count - 1, in an order that depends on `count` alone.
template <class F>
inline float lane_sum(std::int64_t count, F number) {
  if (count < kRowLanes) {
    float sum = 0;
    for (std::int64_t k = 0; k < count; ++k) sum += number(k);
    return sum;
  }
  float lanes[kRowLanes] = {};
  std::int64_t k = 0;
  for (; k + kRowLanes <= count; k += kRowLanes) {
    for (std::int64_t j = 0; j < kRowLanes; ++j) lanes[j] += number(k + j);
  }
  for (std::int64_t j = 0; k < count; ++k, ++j) lanes[j] += number(k);
  for (std::int64_t half = kRowLanes / 2; half > 0; half /= 2) {
    for (std::int64_t j = 0; j < half; ++j) lanes[j] += lanes[j + half];
  }
  return lanes[0];
}

/// The largest of a row's numbers, passing over what is not a number; minus infinity when there is
/// none.
inline float largest_number(const float* row, std::int64_t count) {
  const auto larger = [](float a, float b) { return a > b ? a : b; };
  constexpr float kNone = -std::numeric_limits<float>::infinity();
  if (count < kRowLanes) {
    float top = kNone;
    for (std::int64_t k = 0; k < count; ++k) top = larger(row[k], top);
    return top;
  }
  float lanes[kRowLanes];
  for (float& lane : lanes) lane = kNone;
  std::int64_t k = 0;
  for (; k + kRowLanes <= count; k += kRowLanes) {
    for (std::int64_t j = 0; j < kRowLanes; ++j) lanes[j] = larger(row[k + j], lanes[j]);
  }
  for (std::int64_t j = 0; k < count; ++k, ++j) lanes[j] = larger(row[k], lanes[j]);
  for (std::int64_t half = kRowLanes / 2; half > 0; half /= 2) {
    for (std::int64_t j = 0; j < half; ++j) lanes[j] = larger(lanes[j], lanes[j + half]);
  }
  return lanes[0];
}

}  // namespace dlfix::trainer
