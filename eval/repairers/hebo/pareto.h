// Order among points with several objectives, all of them minimised.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace dlfix::eval::hebo {

using Objectives = std::vector<double>;

/// Nowhere worse and somewhere better.
bool dominates(const Objectives& a, const Objectives& b);

/// Fronts of non-dominated points: 0 is dominated by none, 1 by points of front 0 only, ... Source:
/// Deb, Pratap, Agarwal, Meyarivan, IEEE Trans. Evol. Comp. 6 (2002), fast non-dominated sort.
std::vector<std::size_t> domination_ranks(std::span<const Objectives> points);

/// Of each point among the points of its own front: sum over objectives of the distance between its
/// neighbours over the front's range; infinite at the ends. Source: as above.
std::vector<double> crowding_distances(std::span<const Objectives> points,
                                       std::span<const std::size_t> ranks);

/// Indices of the `count` best by rank, then by crowding distance.
std::vector<std::size_t> survivors(std::span<const Objectives> points, std::size_t count);

}  // namespace dlfix::eval::hebo
