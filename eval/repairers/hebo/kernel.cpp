#include "eval/repairers/hebo/kernel.h"

#include <cmath>
#include <numbers>

#include "eval/repairers/hebo/warping.h"

namespace dlfix::eval::hebo {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

/// Per row: sum over its categories of `weights`, one entry a column.
VectorXd sum_of_ones(const Inputs& inputs, const VectorXd& weights) {
  VectorXd sums = VectorXd::Zero(inputs.rows());
  for (Index group = 0; group < inputs.ones.cols(); ++group) {
    for (Index row = 0; row < inputs.rows(); ++row) sums(row) += weights(inputs.ones(row, group));
  }
  return sums;
}

}  // namespace

double matern32(double r) {
  const double scaled = std::numbers::sqrt3 * r;
  return (1 + scaled) * std::exp(-scaled);
}

WarpedInputs warp(const ColumnLayout& layout, const Inputs& inputs,
                  const GpParameters& parameters) {
  WarpedInputs warped;
  warped.numbers.resize(inputs.rows(), layout.numbers);
  for (Index j = 0; j < layout.numbers; ++j) {
    for (Index row = 0; row < inputs.rows(); ++row) {
      const double u = inside_unit(inputs.numbers(row, j), -1, 1);
      warped.numbers(row, j) = kumaraswamy(u, parameters.a(j), parameters.b(j)).value;
    }
  }
  warped.off = VectorXd::Zero(layout.columns);
  warped.on = VectorXd::Zero(layout.columns);
  for (Index j = layout.numbers; j < layout.columns; ++j) {
    warped.off(j) = kumaraswamy(inside_unit(0, 0, 1), parameters.a(j), parameters.b(j)).value;
    warped.on(j) = kumaraswamy(inside_unit(1, 0, 1), parameters.a(j), parameters.b(j)).value;
  }
  return warped;
}

Members members_of(const ColumnLayout& layout, const Inputs& inputs) {
  Members members(static_cast<std::size_t>(layout.columns));
  for (Index group = 0; group < inputs.ones.cols(); ++group) {
    for (Index row = 0; row < inputs.rows(); ++row) {
      members[static_cast<std::size_t>(inputs.ones(row, group))].push_back(row);
    }
  }
  return members;
}

Pairs compare_rows(const ColumnLayout& layout, const GpParameters& parameters,
                   const WarpedInputs& first, const Inputs& first_inputs,
                   const Members& first_members, const WarpedInputs& second,
                   const Inputs& second_inputs) {
  const VectorXd jump = first.on - first.off;
  const VectorXd jump2 = jump.array().square();
  const VectorXd apart2 = jump2.array() / parameters.length.array().square();
  const VectorXd tilt = first.off.array() * jump.array();
  const VectorXd first_apart = sum_of_ones(first_inputs, apart2);
  const VectorXd second_apart = sum_of_ones(second_inputs, apart2);
  const VectorXd first_tilt = sum_of_ones(first_inputs, tilt);
  const VectorXd second_tilt = sum_of_ones(second_inputs, tilt);
  Pairs pairs{MatrixXd(first_inputs.rows(), second_inputs.rows()),
              MatrixXd(first_inputs.rows(), second_inputs.rows())};
  for (Index k = 0; k < second_inputs.rows(); ++k) {
    auto distance2 = pairs.distance2.col(k);
    auto dot = pairs.dot.col(k);
    distance2 = first_apart.array() + second_apart(k);
    dot = first_tilt.array() + (second_tilt(k) + first.off.squaredNorm());
    for (Index group = 0; group < second_inputs.ones.cols(); ++group) {
      const int column = second_inputs.ones(k, group);
      for (const Index i : first_members[static_cast<std::size_t>(column)]) {
        distance2(i) -= 2 * apart2(column);
        dot(i) += jump2(column);
      }
    }
    distance2 = distance2.cwiseMax(0);
    for (Index j = 0; j < layout.numbers; ++j) {
      const double centre = second.numbers(k, j);
      distance2.array() +=
          ((first.numbers.col(j).array() - centre) / parameters.length(j)).square();
      dot.array() += first.numbers.col(j).array() * centre;
    }
  }
  return pairs;
}

MatrixXd covariance(const GpParameters& parameters, const Pairs& pairs) {
  const auto scaled = (pairs.distance2.array() * 3).sqrt().eval();
  return parameters.matern * (1 + scaled) * (-scaled).exp() + parameters.linear * pairs.dot.array();
}

}  // namespace dlfix::eval::hebo
