// Bootstrap intervals where items of one cluster (a program with its versions) are not independent.
#pragma once

#include <functional>
#include <span>

#include "eval/statistics/bootstrap.h"

namespace dlfix::eval {

/// Percentile interval of a statistic of whole clusters, as many drawn with replacement as there
/// are. `statistic` gets the drawn clusters' numbers, repetitions included; draws where it is NaN
/// are left out. NaN bounds when there is no cluster or every draw is left out.
/// Source: Davison and Hinkley, Bootstrap Methods and their Application, 1997, section 3.8.
Interval bootstrap_clusters(std::size_t clusters,
                            const std::function<double(std::span<const std::size_t>)>& statistic,
                            const BootstrapOptions& options);

}  // namespace dlfix::eval
