// The surrogate: a Gaussian process over warped inputs.
#pragma once

#include <Eigen/Core>
#include <optional>
#include <vector>

#include "eval/repairers/hebo/kernel.h"
#include "eval/statistics/random_stream.h"

namespace dlfix::eval::hebo {

struct GpFitOptions {
  int restarts = 10;
  int iterations = 200;  ///< of L-BFGS, each restart
};

struct Prediction {
  Eigen::VectorXd mean;
  Eigen::VectorXd variance;  ///< with the noise
};

class GaussianProcess {
 public:
  /// With given hyperparameters. `y` is standardised inside.
  /// nullopt: the covariance cannot be factorised.
  static std::optional<GaussianProcess> make(const ColumnLayout& layout, const Inputs& inputs,
                                             const std::vector<double>& y,
                                             const GpParameters& parameters);
  /// With hyperparameters of the largest posterior over the restarts; the initial ones where no
  /// restart succeeds.
  static std::optional<GaussianProcess> fit(const ColumnLayout& layout, const Inputs& inputs,
                                            const std::vector<double>& y,
                                            const GpFitOptions& options, RandomStream& random);

  Prediction predict(const Inputs& at) const;
  /// Variance of the noise, in units of y squared.
  double noise() const { return parameters_.noise * scale_ * scale_; }
  const GpParameters& parameters() const { return parameters_; }

 private:
  GaussianProcess(const ColumnLayout& layout, const Inputs& inputs, const GpParameters& parameters)
      : layout_(layout), inputs_(inputs), parameters_(parameters) {}
  bool condition(const std::vector<double>& y);

  ColumnLayout layout_;
  Inputs inputs_;
  GpParameters parameters_;
  Members members_;
  WarpedInputs warped_;
  Eigen::MatrixXd lower_;
  Eigen::VectorXd weights_;
  double centre_ = 0;
  double scale_ = 1;
};

}  // namespace dlfix::eval::hebo
