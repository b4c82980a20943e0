#include "eval/repairers/hebo/posterior_objective.h"

#include <Eigen/Cholesky>
#include <cmath>
#include <limits>
#include <numbers>

#include "eval/repairers/hebo/warping.h"
#include "eval/statistics/normal_draw.h"

namespace dlfix::eval::hebo {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

constexpr double kLeastLength = 0.02;
constexpr double kLeastValue = 1e-12;  // keeps logarithms finite
constexpr double kGammaShape = 0.5;
constexpr double kGammaRate = 1;
constexpr double kWarpSpread = 0.75;
constexpr double kNoiseCentre = -4.63;
constexpr double kNoiseSpread = 0.5;
constexpr double kFirstJitter = 1e-6;
constexpr int kJitterTries = 5;
constexpr double kLinearRange = 36;  // e^-36 is below the precision of 1 + e^x

double softplus(double phi) {
  return (phi > kLinearRange ? phi : std::log1p(std::exp(phi))) + kLeastValue;
}

double inverse_softplus(double theta) {
  const double value = std::max(theta - kLeastValue, kLeastValue);
  return value > kLinearRange ? value : std::log(std::expm1(value));
}

/// A log density and its slope.
struct LogPrior {
  double value;
  double slope;
};

LogPrior log_normal(double x, double centre, double spread) {
  const double z = (std::log(x) - centre) / spread;
  return {-z * z / 2 - std::log(x), -(z / spread + 1) / x};
}

LogPrior gamma_prior(double x) {
  return {(kGammaShape - 1) * std::log(x) - kGammaRate * x, (kGammaShape - 1) / x - kGammaRate};
}

/// log d theta / d phi = log(1 - e^-theta), added to the prior.
LogPrior with_jacobian(LogPrior prior, double theta) {
  return {prior.value + std::log(-std::expm1(-theta)), prior.slope + 1 / std::expm1(theta)};
}

/// Sum of a symmetric matrix over pairs of some rows.
double sum_within(const MatrixXd& matrix, const std::vector<Index>& rows) {
  double sum = 0;
  for (const Index k : rows) {
    for (const Index i : rows) sum += matrix(i, k);
  }
  return sum;
}

double sum_over(const VectorXd& values, const std::vector<Index>& rows) {
  double sum = 0;
  for (const Index i : rows) sum += values(i);
  return sum;
}

}  // namespace

/// Of the log likelihood, with respect to each hyperparameter.
struct PosteriorObjective::Slopes {
  GpParameters by;
};

bool factorise(const MatrixXd& matrix, MatrixXd& lower) {
  double jitter = 0;
  for (int attempt = 0; attempt <= kJitterTries; ++attempt) {
    MatrixXd raised = matrix;
    raised.diagonal().array() += jitter;
    const Eigen::LLT<MatrixXd> cholesky(raised);
    lower = cholesky.matrixL();
    if (cholesky.info() == Eigen::Success && lower.allFinite()) return true;
    jitter = attempt == 0 ? kFirstJitter * matrix.diagonal().mean() : jitter * 10;
  }
  return false;
}

VectorXd to_free(const GpParameters& parameters) {
  const Index columns = parameters.length.size();
  VectorXd free(3 * columns + 3);
  free << parameters.length, parameters.a, parameters.b, parameters.matern, parameters.linear,
      parameters.noise;
  return free.unaryExpr(&inverse_softplus);
}

GpParameters from_free(const VectorXd& free, Index columns) {
  const VectorXd theta = free.unaryExpr(&softplus);
  return {theta.segment(0, columns),
          theta.segment(columns, columns),
          theta.segment(2 * columns, columns),
          theta(3 * columns),
          theta(3 * columns + 1),
          theta(3 * columns + 2)};
}

GpParameters initial_parameters(const ColumnLayout& layout, const Inputs& inputs) {
  GpParameters parameters;
  parameters.length = VectorXd::Constant(layout.columns, kLeastLength);
  parameters.a = VectorXd::Ones(layout.columns);
  parameters.b = VectorXd::Ones(layout.columns);
  const auto rows = static_cast<double>(inputs.rows());
  for (Index j = 0; j < layout.numbers; ++j) {
    const auto centred = inputs.numbers.col(j).array() - inputs.numbers.col(j).mean();
    parameters.length(j) = std::max(kLeastLength, std::sqrt(centred.square().mean()));
  }
  const Members members = members_of(layout, inputs);
  for (Index j = layout.numbers; j < layout.columns; ++j) {
    const double share = static_cast<double>(members[static_cast<std::size_t>(j)].size()) / rows;
    parameters.length(j) = std::max(kLeastLength, std::sqrt(share * (1 - share)));
  }
  return parameters;
}

VectorXd draw_free(Index columns, RandomStream& random) {
  VectorXd free(3 * columns + 3);
  for (Index i = 0; i < free.size(); ++i) {
    const double normal = draw_normal(random);
    const bool has_prior = i >= columns && i != 3 * columns + 1;
    if (!has_prior) {
      free(i) = normal;
    } else if (i < 3 * columns) {
      free(i) = inverse_softplus(std::exp(kWarpSpread * normal));
    } else if (i == 3 * columns) {  // Gamma(1/2, 1) is half the square of a normal number
      free(i) = inverse_softplus(normal * normal / 2);
    } else {
      free(i) = inverse_softplus(std::exp(kNoiseCentre + kNoiseSpread * normal));
    }
  }
  return free;
}

PosteriorObjective::PosteriorObjective(const ColumnLayout& layout, const Inputs& inputs,
                                       const VectorXd& targets)
    : layout_(layout), inputs_(inputs), targets_(targets), members_(members_of(layout, inputs)) {}

void PosteriorObjective::slopes_of_numbers(const GpParameters& parameters,
                                           const WarpedInputs& warped, const MatrixXd& by_distance2,
                                           const MatrixXd& by_dot, Slopes& slopes) const {
  const VectorXd row_sums = by_distance2.rowwise().sum();
  for (Index j = 0; j < layout_.numbers; ++j) {
    const auto w = warped.numbers.col(j);
    const double scale = 1 / (parameters.length(j) * parameters.length(j));
    const VectorXd spread = row_sums.cwiseProduct(w) - by_distance2 * w;
    slopes.by.length(j) = -4 * scale / parameters.length(j) * w.dot(spread);
    const VectorXd by_w = 4 * scale * spread + 2 * parameters.linear * (by_dot * w);
    for (Index row = 0; row < inputs_.rows(); ++row) {
      const double u = inside_unit(inputs_.numbers(row, j), -1, 1);
      const Warped slope = kumaraswamy(u, parameters.a(j), parameters.b(j));
      slopes.by.a(j) += by_w(row) * slope.by_a;
      slopes.by.b(j) += by_w(row) * slope.by_b;
    }
  }
}

void PosteriorObjective::slopes_of_categories(const GpParameters& parameters,
                                              const WarpedInputs& warped,
                                              const MatrixXd& by_distance2, const MatrixXd& by_dot,
                                              Slopes& slopes) const {
  const VectorXd distance_sums = by_distance2.rowwise().sum();
  const VectorXd dot_sums = by_dot.rowwise().sum();
  const double dot_total = dot_sums.sum();
  for (Index j = layout_.numbers; j < layout_.columns; ++j) {
    const std::vector<Index>& rows = members_[static_cast<std::size_t>(j)];
    const double off = warped.off(j);
    const double jump = warped.on(j) - off;
    const double length = parameters.length(j);
    // Rows with and without the one are apart by (jump / length)^2.
    const double by_apart = 2 * (sum_over(distance_sums, rows) - sum_within(by_distance2, rows));
    const double dots = sum_over(dot_sums, rows);
    slopes.by.length(j) = -2 * by_apart * jump * jump / (length * length * length);
    const double by_jump = 2 * by_apart * jump / (length * length) +
                           2 * parameters.linear * (off * dots + jump * sum_within(by_dot, rows));
    const double by_off = 2 * parameters.linear * (off * dot_total + jump * dots) - by_jump;
    const Warped at_off = kumaraswamy(inside_unit(0, 0, 1), parameters.a(j), parameters.b(j));
    const Warped at_on = kumaraswamy(inside_unit(1, 0, 1), parameters.a(j), parameters.b(j));
    slopes.by.a(j) = by_off * at_off.by_a + by_jump * at_on.by_a;
    slopes.by.b(j) = by_off * at_off.by_b + by_jump * at_on.by_b;
  }
}

double PosteriorObjective::likelihood(const GpParameters& parameters, Slopes& slopes) const {
  const Index rows = inputs_.rows();
  const WarpedInputs warped = warp(layout_, inputs_, parameters);
  const Pairs pairs = compare_rows(layout_, parameters, warped, inputs_, members_, warped, inputs_);
  const Eigen::ArrayXXd scaled = (pairs.distance2.array() * 3).sqrt();
  const Eigen::ArrayXXd decay = (-scaled).exp();
  MatrixXd covariances = parameters.matern * ((1 + scaled) * decay).matrix();
  covariances += parameters.linear * pairs.dot;
  covariances.diagonal().array() += parameters.noise;
  MatrixXd lower;
  if (!factorise(covariances, lower)) return -std::numeric_limits<double>::infinity();
  const auto factor = lower.triangularView<Eigen::Lower>();
  const MatrixXd root = factor.solve(MatrixXd::Identity(rows, rows));
  MatrixXd by_covariance = MatrixXd::Zero(rows, rows);
  by_covariance.selfadjointView<Eigen::Lower>().rankUpdate(root.transpose(), -0.5);
  by_covariance = by_covariance.selfadjointView<Eigen::Lower>();
  const VectorXd weights = -2 * (by_covariance * targets_);
  by_covariance += 0.5 * weights * weights.transpose();

  slopes.by = {VectorXd::Zero(layout_.columns),
               VectorXd::Zero(layout_.columns),
               VectorXd::Zero(layout_.columns),
               0,
               0,
               0};
  slopes.by.matern = (by_covariance.array() * (1 + scaled) * decay).sum();
  slopes.by.linear = (by_covariance.array() * pairs.dot.array()).sum();
  slopes.by.noise = by_covariance.trace();
  const MatrixXd by_distance2 = (-1.5 * parameters.matern * by_covariance.array() * decay).matrix();
  slopes_of_numbers(parameters, warped, by_distance2, by_covariance, slopes);
  slopes_of_categories(parameters, warped, by_distance2, by_covariance, slopes);
  return -0.5 * targets_.dot(weights) - lower.diagonal().array().log().sum() -
         0.5 * static_cast<double>(rows) * std::log(2 * std::numbers::pi);
}

double PosteriorObjective::operator()(const VectorXd& free, VectorXd& gradient) const {
  const GpParameters parameters = from_free(free, layout_.columns);
  Slopes slopes;
  double value = likelihood(parameters, slopes);
  if (!std::isfinite(value)) {
    gradient.setZero(free.size());
    return std::numeric_limits<double>::infinity();
  }
  const auto add_prior = [&](LogPrior prior, double theta, double& slope) {
    const LogPrior full = with_jacobian(prior, theta);
    value += full.value;
    slope += full.slope;
  };
  for (Index j = 0; j < layout_.columns; ++j) {
    const double a = parameters.a(j);
    const double b = parameters.b(j);
    add_prior(log_normal(a, 0, kWarpSpread), a, slopes.by.a(j));
    add_prior(log_normal(b, 0, kWarpSpread), b, slopes.by.b(j));
  }
  add_prior(gamma_prior(parameters.matern), parameters.matern, slopes.by.matern);
  add_prior(log_normal(parameters.noise, kNoiseCentre, kNoiseSpread), parameters.noise,
            slopes.by.noise);
  gradient.resize(free.size());
  gradient << slopes.by.length, slopes.by.a, slopes.by.b, slopes.by.matern, slopes.by.linear,
      slopes.by.noise;
  gradient =
      -gradient.cwiseProduct(free.unaryExpr([](double phi) { return 1 / (1 + std::exp(-phi)); }));
  return -value;
}

}  // namespace dlfix::eval::hebo
