// How well hyperparameters of the surrogate explain the data, with gradient.
#pragma once

#include <Eigen/Core>

#include "eval/repairers/hebo/kernel.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval::hebo {

/// All hyperparameters as free numbers phi: positive ones are log(1 + e^phi), in the order length
/// scales, a, b, matern, linear, noise.
Eigen::VectorXd to_free(const GpParameters& parameters);
GpParameters from_free(const Eigen::VectorXd& free, Eigen::Index columns);

/// Where the fit begins: length scales are the columns' standard deviations, at least 0.02.
GpParameters initial_parameters(const ColumnLayout& layout, const Inputs& inputs);
/// Where it begins again: phi ~ N(0, 1), those with a prior drawn from it.
Eigen::VectorXd draw_free(Eigen::Index columns, RandomStream& random);

/// Minus log marginal likelihood, log priors and log d theta / d phi (of those with a prior):
/// matern ~ Gamma(0.5, 1), noise ~ log-normal(-4.63, 0.5), a and b ~ log-normal(0, 0.75). Constants
/// of the priors are left out. Source: HEBO 0.3 models/gp/gpy_wgp, GPy priors.
class PosteriorObjective {
 public:
  /// `targets` standardised, one a row. All must outlive this.
  PosteriorObjective(const ColumnLayout& layout, const Inputs& inputs,
                     const Eigen::VectorXd& targets);

  /// Infinite where the covariance cannot be factorised.
  double operator()(const Eigen::VectorXd& free, Eigen::VectorXd& gradient) const;

 private:
  struct Slopes;
  double likelihood(const GpParameters& parameters, Slopes& slopes) const;
  void slopes_of_numbers(const GpParameters& parameters, const WarpedInputs& warped,
                         const Eigen::MatrixXd& by_distance2, const Eigen::MatrixXd& by_dot,
                         Slopes& slopes) const;
  void slopes_of_categories(const GpParameters& parameters, const WarpedInputs& warped,
                            const Eigen::MatrixXd& by_distance2, const Eigen::MatrixXd& by_dot,
                            Slopes& slopes) const;

  const ColumnLayout& layout_;
  const Inputs& inputs_;
  const Eigen::VectorXd& targets_;
  Members members_;
};

/// Lower Cholesky factor; where that fails, with 1e-6 of the mean diagonal added to it, ten times
/// more at each of five tries. False: still none.
bool factorise(const Eigen::MatrixXd& matrix, Eigen::MatrixXd& lower);

}  // namespace dlfix::eval::hebo
