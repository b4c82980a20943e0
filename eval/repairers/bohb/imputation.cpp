#include "eval/repairers/bohb/imputation.h"

#include <algorithm>
#include <cmath>

namespace dlfix::eval::bohb {
namespace {

bool is_missing(double value) { return std::isnan(value); }

/// Points as they came in that have the coordinate.
std::vector<const Point*> donors(const std::vector<Point>& points, std::size_t coordinate) {
  std::vector<const Point*> found;
  for (const Point& point : points) {
    if (!is_missing(point[coordinate])) found.push_back(&point);
  }
  return found;
}

}  // namespace

void impute(const std::vector<Coordinate>& coordinates, std::vector<Point>& points,
            RandomStream& random) {
  const std::vector<Point> given = points;
  for (Point& point : points) {
    for (auto first = std::find_if(point.begin(), point.end(), is_missing); first != point.end();
         first = std::find_if(point.begin(), point.end(), is_missing)) {
      const auto coordinate = static_cast<std::size_t>(first - point.begin());
      const auto having = donors(given, coordinate);
      if (having.empty()) {
        *first = draw_coordinate(coordinates[coordinate], random);
        continue;
      }
      const Point& donor = *having[random.index(having.size())];
      for (std::size_t j = 0; j < point.size(); ++j) {
        if (is_missing(point[j])) point[j] = donor[j];
      }
    }
  }
}

}  // namespace dlfix::eval::bohb
