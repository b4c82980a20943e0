// Values for hyperparameters that are not active.
#pragma once

#include <vector>

#include "eval/repairers/bohb/coordinates.h"

namespace dlfix::eval::bohb {

/// Fills NaN coordinates: as long as a point has any, one of the set's points that have the first
/// missing coordinate is drawn, and everything missing is copied from it; where none has it, the
/// coordinate is drawn uniformly. Source: HpBandSter impute_conditional_data.
void impute(const std::vector<Coordinate>& coordinates, std::vector<Point>& points,
            RandomStream& random);

}  // namespace dlfix::eval::bohb
