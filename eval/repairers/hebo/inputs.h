// What the Gaussian process is fitted to: numbers in [-1, 1] and categories as columns of zeros and
// ones, kept as indices.
#pragma once

#include <Eigen/Core>
#include <cstddef>
#include <vector>

#include "eval/repairers/hebo/design_space.h"

namespace dlfix::eval::hebo {

/// Columns of the surrogate: one a number, then one a category of each categorical coordinate.
struct ColumnLayout {
  Eigen::Index numbers = 0;
  std::vector<Eigen::Index> first_column;  ///< of each categorical coordinate
  Eigen::Index columns = 0;

  /// `categories`: how many each categorical coordinate has.
  ColumnLayout(std::size_t numbers, const std::vector<std::size_t>& categories);
};

struct Inputs {
  Eigen::MatrixXd numbers;  ///< rows x numbers, each in [-1, 1]
  Eigen::MatrixXi ones;     ///< rows x categorical coordinates: the column that holds the one
  Eigen::Index rows() const { return numbers.rows(); }
};

ColumnLayout layout_of(const DesignSpace& space);
/// Numbers are scaled by their bounds; one without a range is 0.
Inputs inputs_of(const DesignSpace& space, const ColumnLayout& layout,
                 const std::vector<Point>& designs);

}  // namespace dlfix::eval::hebo
