// Replicas that differ in a function (an activation, a loss) are handled by runs of equal ones.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

namespace dlfix::trainer {

/// Replicas [first, first + count) have the same key.
struct Segment {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

template <class Key>
std::vector<Segment> segments_of(const std::vector<Key>& keys) {
  std::vector<Segment> segments;
  for (std::size_t i = 0; i < keys.size(); ++i) {
    if (i > 0 && keys[i] == keys[i - 1]) {
      ++segments.back().count;
    } else {
      segments.push_back({static_cast<std::int64_t>(i), 1});
    }
  }
  return segments;
}

}  // namespace dlfix::trainer
