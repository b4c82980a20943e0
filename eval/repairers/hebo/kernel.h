// The covariance of HEBO's surrogate.
#pragma once

#include <Eigen/Core>

#include "eval/repairers/hebo/inputs.h"

namespace dlfix::eval::hebo {

/// Hyperparameters; vectors have one entry a column of the layout.
struct GpParameters {
  Eigen::VectorXd length;  ///< length scales
  Eigen::VectorXd a;       ///< warping
  Eigen::VectorXd b;
  double matern = 0.5;  ///< variances
  double linear = 1;
  double noise = 1;
};

/// (1 + sqrt(3) r) exp(-sqrt(3) r)
double matern32(double r);

/// Inputs after warping. A categorical column takes two values only, so that everything about it
/// follows from those two and from which rows hold its one.
struct WarpedInputs {
  Eigen::MatrixXd numbers;  ///< rows x numbers
  Eigen::VectorXd off;      ///< per column: warped 0; unused for numbers
  Eigen::VectorXd on;       ///< per column: warped 1
};
WarpedInputs warp(const ColumnLayout& layout, const Inputs& inputs, const GpParameters& parameters);

/// Rows that hold the one of each column.
using Members = std::vector<std::vector<Eigen::Index>>;
Members members_of(const ColumnLayout& layout, const Inputs& inputs);

/// Pairs of rows of two sets: squared distance in length scales, and dot product.
struct Pairs {
  Eigen::MatrixXd distance2;  ///< first set's rows x second set's rows
  Eigen::MatrixXd dot;
};
/// `first_members`: of the first set. Both sets warped with the same parameters.
Pairs compare_rows(const ColumnLayout& layout, const GpParameters& parameters,
                   const WarpedInputs& first, const Inputs& first_inputs,
                   const Members& first_members, const WarpedInputs& second,
                   const Inputs& second_inputs);

/// matern * matern32(r) + linear * w.w' (no noise). Source: HEBO 0.3 models/gp/gpy_wgp.
Eigen::MatrixXd covariance(const GpParameters& parameters, const Pairs& pairs);

}  // namespace dlfix::eval::hebo
