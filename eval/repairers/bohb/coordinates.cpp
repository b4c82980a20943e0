#include "eval/repairers/bohb/coordinates.h"

namespace dlfix::eval::bohb {

double draw_coordinate(const Coordinate& coordinate, RandomStream& random) {
  if (coordinate.continuous()) return random.uniform();
  return static_cast<double>(random.index(coordinate.categories));
}

Point draw_point(const std::vector<Coordinate>& coordinates, RandomStream& random) {
  Point point;
  point.reserve(coordinates.size());
  for (const Coordinate& coordinate : coordinates) {
    point.push_back(draw_coordinate(coordinate, random));
  }
  return point;
}

}  // namespace dlfix::eval::bohb
