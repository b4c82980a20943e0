#include "eval/repairers/bohb/kde.h"

#include <algorithm>
#include <cmath>
#include <numbers>
#include <set>

#include "eval/statistics/descriptive.h"

namespace dlfix::eval::bohb {
namespace {

constexpr double kReferenceFactor = 1.06;

std::vector<double> column(const std::vector<Point>& points, std::size_t index) {
  std::vector<double> values;
  values.reserve(points.size());
  for (const Point& point : points) values.push_back(point[index]);
  return values;
}

}  // namespace

Kde::Kde(const std::vector<Coordinate>& coordinates, std::vector<Point> points,
         const KdeOptions& options)
    : coordinates_(coordinates), points_(std::move(points)) {
  const auto count = static_cast<double>(points_.size());
  const double shrink = std::pow(count, -1 / (4 + static_cast<double>(coordinates_.size())));
  for (std::size_t j = 0; j < coordinates_.size(); ++j) {
    const std::vector<double> values = column(points_, j);
    const double reference = kReferenceFactor * population_sd(values) * shrink;
    double bandwidth = std::max(reference, options.min_bandwidth);
    auto categories = static_cast<double>(coordinates_[j].categories);
    if (!coordinates_[j].continuous()) {
      if (options.kernel == CategoryKernel::kBounded) {
        bandwidth = std::min(bandwidth, (categories - 1) / categories);
      } else {
        categories = static_cast<double>(std::set<double>(values.begin(), values.end()).size());
      }
    }
    bandwidths_.push_back(bandwidth);
    alternatives_.push_back(categories - 1);
  }
}

double Kde::kernel(std::size_t coordinate, double x, double centre) const {
  const double bandwidth = bandwidths_[coordinate];
  if (coordinates_[coordinate].continuous()) {
    const double z = (x - centre) / bandwidth;
    return std::exp(-z * z / 2) / (bandwidth * std::sqrt(2 * std::numbers::pi));
  }
  return x == centre ? 1 - bandwidth : bandwidth / alternatives_[coordinate];
}

double Kde::density(const Point& x) const {
  double sum = 0;
  for (const Point& point : points_) {
    double product = 1;
    for (std::size_t j = 0; j < coordinates_.size(); ++j) product *= kernel(j, x[j], point[j]);
    sum += product;
  }
  return sum / static_cast<double>(points_.size());
}

}  // namespace dlfix::eval::bohb
