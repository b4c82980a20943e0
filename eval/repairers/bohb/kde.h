// Kernel density estimates over numbers and categories.
#pragma once

#include <vector>

#include "eval/repairers/bohb/coordinates.h"

namespace dlfix::eval::bohb {

/// How categories are smoothed.
enum class CategoryKernel {
  kBounded,   ///< bandwidth at most (K - 1) / K, K as declared: always a probability
  kFaithful,  ///< as statsmodels 0.14: unbounded bandwidth, K counted from the data (it may give
              ///< negative or infinite values; statsmodels issue 3790, HpBandSter issues 8, 100)
};

struct KdeOptions {
  double min_bandwidth = 1e-3;
  CategoryKernel kernel = CategoryKernel::kBounded;
};

/// Product kernels: a Gaussian a number (not cut at the borders), Aitchison and Aitken's kernel a
/// category. Bandwidths by the normal reference rule 1.06 s n^(-1 / (4 + d)), s the population
/// standard deviation (of the indices, where they are categories). Source: HpBandSter
/// config_generators/bohb, statsmodels KDEMultivariate.
class Kde {
 public:
  /// Requires: at least one point; no NaN.
  Kde(const std::vector<Coordinate>& coordinates, std::vector<Point> points,
      const KdeOptions& options);
  double density(const Point& x) const;
  const std::vector<double>& bandwidths() const { return bandwidths_; }
  const std::vector<Point>& points() const { return points_; }

 private:
  double kernel(std::size_t coordinate, double x, double centre) const;

  std::vector<Coordinate> coordinates_;
  std::vector<Point> points_;
  std::vector<double> bandwidths_;
  std::vector<double> alternatives_;  ///< categories: how many others share the bandwidth
};

}  // namespace dlfix::eval::bohb
