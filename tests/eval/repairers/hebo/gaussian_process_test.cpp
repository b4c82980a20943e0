#include "eval/repairers/hebo/gaussian_process.h"

#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <nlohmann/json.hpp>

#include "eval/repairers/hebo/lbfgs.h"
#include "eval/repairers/hebo/posterior_objective.h"
#include "eval/statistics/normal_draw.h"

namespace dlfix::eval::hebo {
namespace {

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

VectorXd vector_of(const nlohmann::json& values) {
  const auto numbers = values.get<std::vector<double>>();
  return Eigen::Map<const VectorXd>(numbers.data(), static_cast<Index>(numbers.size()));
}

/// `choices`: category index of each row and group.
Inputs inputs_from(const ColumnLayout& layout, const nlohmann::json& numbers,
                   const nlohmann::json& choices) {
  const auto rows = static_cast<Index>(numbers.size());
  const auto groups = static_cast<Index>(layout.first_column.size());
  Inputs inputs{MatrixXd(rows, layout.numbers), Eigen::MatrixXi(rows, groups)};
  for (Index i = 0; i < rows; ++i) {
    for (Index j = 0; j < layout.numbers; ++j) {
      inputs.numbers(i, j) = numbers[static_cast<std::size_t>(i)][static_cast<std::size_t>(j)];
    }
    for (Index g = 0; g < groups; ++g) {
      const auto group = static_cast<std::size_t>(g);
      inputs.ones(i, g) = static_cast<int>(layout.first_column[group] +
                                           choices[static_cast<std::size_t>(i)][group].get<int>());
    }
  }
  return inputs;
}

/// Mixed data: two numbers, categories of three and five values.
struct MixedData {
  ColumnLayout layout{2, {3, 5}};
  Inputs inputs;
  std::vector<double> y;

  MixedData(Index rows, std::uint64_t seed) {
    RandomStream random(seed);
    inputs = {MatrixXd(rows, 2), Eigen::MatrixXi(rows, 2)};
    for (Index i = 0; i < rows; ++i) {
      inputs.numbers.row(i) << 2 * random.uniform() - 1, 2 * random.uniform() - 1;
      const auto first = static_cast<int>(random.index(3));
      const auto second = static_cast<int>(random.index(5));
      inputs.ones.row(i) << 2 + first, 5 + second;
      y.push_back(std::sin(3 * inputs.numbers(i, 0)) + inputs.numbers(i, 1) + 0.5 * first -
                  0.2 * second * second + 0.1 * draw_normal(random));
    }
  }
};

TEST(GaussianProcess, EqualsStoredNumbers) {
  std::ifstream file(DLFIX_SOURCE_DIR "/tests/eval/repairers/hebo/gp_fixture.json");
  const auto fixture = nlohmann::json::parse(file);
  ASSERT_GE(fixture.at("cases").size(), 3U);
  for (const auto& item : fixture.at("cases")) {
    const ColumnLayout layout(item.at("numbers").at(0).size(),
                              item.at("categories").get<std::vector<std::size_t>>());
    GpParameters parameters{vector_of(item.at("length")), vector_of(item.at("a")),
                            vector_of(item.at("b"))};
    parameters.matern = item.at("matern");
    parameters.linear = item.at("linear");
    parameters.noise = item.at("noise");
    const Inputs inputs = inputs_from(layout, item.at("numbers"), item.at("choices"));
    const auto y = item.at("y").get<std::vector<double>>();
    const auto process = GaussianProcess::make(layout, inputs, y, parameters);
    ASSERT_TRUE(process.has_value());
    const Prediction prediction =
        process->predict(inputs_from(layout, item.at("at_numbers"), item.at("at_choices")));
    for (Index i = 0; i < prediction.mean.size(); ++i) {
      const auto place = static_cast<std::size_t>(i);
      EXPECT_NEAR(prediction.mean(i), item.at("mean")[place].get<double>(), 1e-6);
      EXPECT_NEAR(prediction.variance(i), item.at("variance")[place].get<double>(), 1e-6);
    }
    if (!item.contains("objective")) continue;
    VectorXd targets = vector_of(item.at("y"));
    targets = (targets.array() - targets.mean()).matrix();
    targets /= std::sqrt(targets.squaredNorm() / static_cast<double>(targets.size()));
    VectorXd gradient;
    const PosteriorObjective objective(layout, inputs, targets);
    EXPECT_NEAR(objective(to_free(parameters), gradient), item.at("objective").get<double>(), 1e-6);
  }
}

TEST(GaussianProcess, GradientOfTheObjective) {
  const MixedData data(25, 1);
  const VectorXd targets = Eigen::Map<const VectorXd>(data.y.data(), 25);
  const PosteriorObjective objective(data.layout, data.inputs, targets);
  RandomStream random(2);
  VectorXd gradient;
  VectorXd unused;
  for (int draw = 0; draw < 4; ++draw) {
    const VectorXd at = draw == 0 ? to_free(initial_parameters(data.layout, data.inputs))
                                  : draw_free(data.layout.columns, random);
    ASSERT_TRUE(std::isfinite(objective(at, gradient)));
    const double scale = gradient.lpNorm<Eigen::Infinity>();
    for (Index i = 0; i < at.size(); ++i) {
      const double step = 1e-5;
      VectorXd moved = at;
      moved(i) += step;
      const double above = objective(moved, unused);
      moved(i) -= 2 * step;
      const double below = objective(moved, unused);
      EXPECT_NEAR(gradient(i), (above - below) / (2 * step), 1e-5 * std::max(1.0, scale)) << i;
    }
  }
}

TEST(GaussianProcess, FreeFormGoesThereAndBack) {
  const MixedData data(10, 3);
  GpParameters parameters = initial_parameters(data.layout, data.inputs);
  parameters.noise = 1e-4;
  parameters.linear = 80;
  const GpParameters back = from_free(to_free(parameters), data.layout.columns);
  EXPECT_TRUE(back.length.isApprox(parameters.length, 1e-9));
  EXPECT_NEAR(back.noise, 1e-4, 1e-11);
  EXPECT_NEAR(back.linear, 80, 1e-9);
}

TEST(GaussianProcess, InterpolatesWithoutNoiseAndNeverReportsLess) {
  const MixedData data(20, 4);
  GpParameters parameters = initial_parameters(data.layout, data.inputs);
  parameters.noise = 1e-6;
  const auto process = GaussianProcess::make(data.layout, data.inputs, data.y, parameters);
  ASSERT_TRUE(process.has_value());
  const Prediction own = process->predict(data.inputs);
  for (Index i = 0; i < own.mean.size(); ++i) {
    EXPECT_NEAR(own.mean(i), data.y[static_cast<std::size_t>(i)], 1e-2);
  }
  RandomStream random(5);
  const auto fitted = GaussianProcess::fit(data.layout, data.inputs, data.y, {}, random);
  ASSERT_TRUE(fitted.has_value());
  for (const Index rows : {20, 60}) {
    const Prediction other = fitted->predict(MixedData(rows, 6).inputs);
    EXPECT_GE(other.variance.minCoeff(), fitted->noise() * (1 - 1e-9));
  }
}

/// Mean squared error of each value predicted from the others.
double leave_one_out(const ColumnLayout& layout, const Inputs& inputs, const std::vector<double>& y,
                     const GpParameters& parameters) {
  double sum = 0;
  for (Index left = 0; left < inputs.rows(); ++left) {
    Inputs rest{MatrixXd(inputs.rows() - 1, inputs.numbers.cols()),
                Eigen::MatrixXi(inputs.rows() - 1, inputs.ones.cols())};
    std::vector<double> values;
    for (Index i = 0, k = 0; i < inputs.rows(); ++i) {
      if (i == left) continue;
      rest.numbers.row(k) = inputs.numbers.row(i);
      rest.ones.row(k++) = inputs.ones.row(i);
      values.push_back(y[static_cast<std::size_t>(i)]);
    }
    const Inputs one{inputs.numbers.row(left), inputs.ones.row(left)};
    const auto process = GaussianProcess::make(layout, rest, values, parameters);
    const double error = process->predict(one).mean(0) - y[static_cast<std::size_t>(left)];
    sum += error * error;
  }
  return sum / static_cast<double>(inputs.rows());
}

TEST(GaussianProcess, WarpsAFunctionWithAFlatPart) {
  const ColumnLayout layout(1, {});
  Inputs inputs{MatrixXd(24, 1), Eigen::MatrixXi(24, 0)};
  std::vector<double> y;
  for (Index i = 0; i < 24; ++i) {
    const double u = (static_cast<double>(i) + 0.5) / 24;
    inputs.numbers(i, 0) = 2 * u - 1;
    y.push_back(std::sin(9 * u * u * u));
  }
  RandomStream random(7);
  const auto fitted = GaussianProcess::fit(layout, inputs, y, {}, random);
  ASSERT_TRUE(fitted.has_value());
  EXPECT_GT(std::abs(std::log(fitted->parameters().a(0))), 0.2);
  // The same fit with the warping held at the identity.
  VectorXd targets = Eigen::Map<const VectorXd>(y.data(), 24);
  targets = (targets.array() - targets.mean()).matrix();
  targets /= std::sqrt(targets.squaredNorm() / 24);
  const PosteriorObjective objective(layout, inputs, targets);
  const auto unwarped = [&](const VectorXd& x, VectorXd& gradient) {
    const double value = objective(x, gradient);
    gradient.segment(1, 2).setZero();
    return value;
  };
  const VectorXd start = to_free(initial_parameters(layout, inputs));
  const GpParameters identity = from_free(minimise_smooth(unwarped, start, {}).x, 1);
  ASSERT_NEAR(identity.a(0), 1, 1e-9);
  EXPECT_LT(leave_one_out(layout, inputs, y, fitted->parameters()),
            leave_one_out(layout, inputs, y, identity));
}

TEST(GaussianProcess, OrderOfRowsDoesNotMatter) {
  const MixedData data(15, 8);
  GpParameters parameters = initial_parameters(data.layout, data.inputs);
  parameters.noise = 0.01;
  MixedData turned = data;
  for (Index i = 0; i < 15; ++i) {
    turned.inputs.numbers.row(i) = data.inputs.numbers.row(14 - i);
    turned.inputs.ones.row(i) = data.inputs.ones.row(14 - i);
    turned.y[static_cast<std::size_t>(i)] = data.y[static_cast<std::size_t>(14 - i)];
  }
  const Inputs at = MixedData(9, 9).inputs;
  const Prediction one =
      GaussianProcess::make(data.layout, data.inputs, data.y, parameters)->predict(at);
  const Prediction other =
      GaussianProcess::make(data.layout, turned.inputs, turned.y, parameters)->predict(at);
  EXPECT_LT((one.mean - other.mean).lpNorm<Eigen::Infinity>(), 1e-8);
  EXPECT_LT((one.variance - other.variance).lpNorm<Eigen::Infinity>(), 1e-8);
}

TEST(GaussianProcess, ConstantValuesAndRepeatedRowsAreNoTrouble) {
  MixedData data(6, 10);
  for (Index i = 1; i < 6; ++i) {
    data.inputs.numbers.row(i) = data.inputs.numbers.row(0);
    data.inputs.ones.row(i) = data.inputs.ones.row(0);
  }
  data.y.assign(6, 0.25);
  RandomStream random(11);
  const auto process = GaussianProcess::fit(data.layout, data.inputs, data.y, {}, random);
  ASSERT_TRUE(process.has_value());
  EXPECT_NEAR(process->predict(data.inputs).mean(0), 0.25, 1e-6);
}

TEST(Lbfgs, Rosenbrock) {
  const auto rosenbrock = [](const VectorXd& x, VectorXd& gradient) {
    const double a = 1 - x(0);
    const double b = x(1) - x(0) * x(0);
    gradient.resize(2);
    gradient << -2 * a - 400 * x(0) * b, 200 * b;
    return a * a + 100 * b * b;
  };
  const Minimum minimum =
      minimise_smooth(rosenbrock, VectorXd::Constant(2, -1.2), {.relative_change = 1e-14});
  EXPECT_NEAR(minimum.x(0), 1, 1e-4);
  EXPECT_NEAR(minimum.x(1), 1, 1e-4);
  EXPECT_LT(minimum.iterations, 80);
}

TEST(Lbfgs, AFunctionWithoutValueIsAFailedRun) {
  const auto nothing = [](const VectorXd& x, VectorXd& gradient) {
    gradient.setZero(x.size());
    return std::nan("");
  };
  EXPECT_TRUE(std::isinf(minimise_smooth(nothing, VectorXd::Zero(3), {}).value));
}

}  // namespace
}  // namespace dlfix::eval::hebo
