#include "eval/repairers/hebo/gaussian_process.h"

#include <limits>

#include "eval/repairers/hebo/lbfgs.h"
#include "eval/repairers/hebo/posterior_objective.h"
#include "eval/statistics/descriptive.h"

namespace dlfix::eval::hebo {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

struct Standardised {
  VectorXd values;
  double centre;
  double scale;
};

Standardised standardised(const std::vector<double>& y) {
  const double deviation = population_sd(y);
  const double scale = deviation > 0 ? deviation : 1;
  const double centre = mean(y);
  const VectorXd raw = Eigen::Map<const VectorXd>(y.data(), static_cast<Index>(y.size()));
  return {(raw.array() - centre) / scale, centre, scale};
}

}  // namespace

bool GaussianProcess::condition(const std::vector<double>& y) {
  const Standardised targets = standardised(y);
  centre_ = targets.centre;
  scale_ = targets.scale;
  members_ = members_of(layout_, inputs_);
  warped_ = warp(layout_, inputs_, parameters_);
  const Pairs pairs =
      compare_rows(layout_, parameters_, warped_, inputs_, members_, warped_, inputs_);
  MatrixXd covariances = covariance(parameters_, pairs);
  covariances.diagonal().array() += parameters_.noise;
  if (!factorise(covariances, lower_)) return false;
  const VectorXd half = lower_.triangularView<Eigen::Lower>().solve(targets.values);
  weights_ = lower_.transpose().triangularView<Eigen::Upper>().solve(half);
  return weights_.allFinite();
}

std::optional<GaussianProcess> GaussianProcess::make(const ColumnLayout& layout,
                                                     const Inputs& inputs,
                                                     const std::vector<double>& y,
                                                     const GpParameters& parameters) {
  GaussianProcess process(layout, inputs, parameters);
  if (!process.condition(y)) return std::nullopt;
  return process;
}

std::optional<GaussianProcess> GaussianProcess::fit(const ColumnLayout& layout,
                                                    const Inputs& inputs,
                                                    const std::vector<double>& y,
                                                    const GpFitOptions& options,
                                                    RandomStream& random) {
  const Standardised targets = standardised(y);
  const PosteriorObjective objective(layout, inputs, targets.values);
  const LbfgsOptions search{.iterations = options.iterations};
  const GpParameters initial = initial_parameters(layout, inputs);
  VectorXd start = to_free(initial);
  GpParameters best = initial;
  double lowest = std::numeric_limits<double>::infinity();
  for (int restart = 0; restart < options.restarts; ++restart) {
    const Minimum minimum = minimise_smooth(
        [&](const VectorXd& x, VectorXd& gradient) { return objective(x, gradient); }, start,
        search);
    if (minimum.value < lowest) {
      lowest = minimum.value;
      best = from_free(minimum.x, layout.columns);
    }
    start = draw_free(layout.columns, random);
  }
  return make(layout, inputs, y, best);
}

Prediction GaussianProcess::predict(const Inputs& at) const {
  const WarpedInputs warped = warp(layout_, at, parameters_);
  const MatrixXd between = covariance(
      parameters_, compare_rows(layout_, parameters_, warped_, inputs_, members_, warped, at));
  VectorXd own(at.rows());
  const VectorXd tilt =
      (warped.on.array() + warped.off.array()) * (warped.on.array() - warped.off.array());
  for (Index row = 0; row < at.rows(); ++row) {
    double square = warped.numbers.row(row).squaredNorm() + warped.off.squaredNorm();
    for (Index group = 0; group < at.ones.cols(); ++group) square += tilt(at.ones(row, group));
    own(row) = parameters_.matern + parameters_.linear * square;
  }
  const MatrixXd explained = lower_.triangularView<Eigen::Lower>().solve(between);
  Prediction prediction;
  prediction.mean = (between.transpose() * weights_).array() * scale_ + centre_;
  const VectorXd rest = own - explained.colwise().squaredNorm().transpose();
  prediction.variance = (rest.array() + parameters_.noise) * scale_ * scale_;
  prediction.variance = prediction.variance.cwiseMax(std::numeric_limits<double>::epsilon());
  return prediction;
}

}  // namespace dlfix::eval::hebo
