#include "eval/repairers/hebo/pareto.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace dlfix::eval::hebo {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

/// Adds one objective's share to the distances of a front's points.
void crowd_along(std::span<const Objectives> points, std::vector<std::size_t> front,
                 std::size_t objective, std::vector<double>& distances) {
  std::stable_sort(front.begin(), front.end(), [&](std::size_t a, std::size_t b) {
    return points[a][objective] < points[b][objective];
  });
  const double range = points[front.back()][objective] - points[front.front()][objective];
  distances[front.front()] = kInfinite;
  distances[front.back()] = kInfinite;
  if (!(range > 0)) return;
  for (std::size_t i = 1; i + 1 < front.size(); ++i) {
    distances[front[i]] +=
        (points[front[i + 1]][objective] - points[front[i - 1]][objective]) / range;
  }
}

}  // namespace

bool dominates(const Objectives& a, const Objectives& b) {
  bool better = false;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] > b[i]) return false;
    better = better || a[i] < b[i];
  }
  return better;
}

std::vector<std::size_t> domination_ranks(std::span<const Objectives> points) {
  std::vector<std::vector<std::size_t>> dominated(points.size());
  std::vector<std::size_t> dominators(points.size(), 0);
  for (std::size_t a = 0; a < points.size(); ++a) {
    for (std::size_t b = a + 1; b < points.size(); ++b) {
      const bool first = dominates(points[a], points[b]);
      if (!first && !dominates(points[b], points[a])) continue;
      dominated[first ? a : b].push_back(first ? b : a);
      ++dominators[first ? b : a];
    }
  }
  std::vector<std::size_t> ranks(points.size(), 0);
  std::vector<std::size_t> front;
  for (std::size_t i = 0; i < points.size(); ++i) {
    if (dominators[i] == 0) front.push_back(i);
  }
  for (std::size_t rank = 0; !front.empty(); ++rank) {
    std::vector<std::size_t> next;
    for (const std::size_t i : front) {
      ranks[i] = rank;
      for (const std::size_t other : dominated[i]) {
        if (--dominators[other] == 0) next.push_back(other);
      }
    }
    front = std::move(next);
  }
  return ranks;
}

std::vector<double> crowding_distances(std::span<const Objectives> points,
                                       std::span<const std::size_t> ranks) {
  std::vector<double> distances(points.size(), 0);
  if (points.empty()) return distances;
  const std::size_t last = *std::ranges::max_element(ranks);
  for (std::size_t rank = 0; rank <= last; ++rank) {
    std::vector<std::size_t> front;
    for (std::size_t i = 0; i < points.size(); ++i) {
      if (ranks[i] == rank) front.push_back(i);
    }
    for (std::size_t objective = 0; objective < points.front().size(); ++objective) {
      crowd_along(points, front, objective, distances);
    }
  }
  return distances;
}

std::vector<std::size_t> survivors(std::span<const Objectives> points, std::size_t count) {
  const std::vector<std::size_t> ranks = domination_ranks(points);
  const std::vector<double> distances = crowding_distances(points, ranks);
  std::vector<std::size_t> order(points.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (ranks[a] != ranks[b]) return ranks[a] < ranks[b];
    return distances[a] > distances[b];
  });
  if (order.size() > count) order.resize(count);
  return order;
}

}  // namespace dlfix::eval::hebo
