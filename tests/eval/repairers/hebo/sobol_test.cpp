#include "eval/repairers/hebo/sobol.h"

#include <gtest/gtest.h>

#include <set>

#include "eval/repairers/hebo/optimizer.h"
#include "eval/repairers/study_space.h"

namespace dlfix::eval::hebo {
namespace {

TEST(Sobol, FirstPointsOfSixDimensions) {
  const std::vector<Point> expected{{0, 0, 0, 0, 0, 0},
                                    {.5, .5, .5, .5, .5, .5},
                                    {.75, .25, .25, .25, .75, .75},
                                    {.25, .75, .75, .75, .25, .25},
                                    {.375, .375, .625, .875, .375, .125},
                                    {.875, .875, .125, .375, .875, .625},
                                    {.625, .125, .875, .625, .625, .875},
                                    {.125, .625, .375, .125, .125, .375}};
  Sobol sobol(6, false, 1);
  for (const Point& point : expected) EXPECT_EQ(sobol.next(), point);
}

TEST(Sobol, EveryDimensionIsBalanced) {
  for (const bool scrambled : {false, true}) {
    constexpr std::size_t kPoints = 1024;
    Sobol sobol(300, scrambled, 7);
    std::vector<std::set<std::size_t>> cells(300);
    for (std::size_t i = 0; i < kPoints; ++i) {
      const Point point = sobol.next();
      ASSERT_EQ(point.size(), 300U);
      for (std::size_t j = 0; j < point.size(); ++j) {
        ASSERT_TRUE(point[j] >= 0 && point[j] < 1);
        cells[j].insert(static_cast<std::size_t>(point[j] * kPoints));
      }
    }
    for (std::size_t j = 0; j < 256; ++j) EXPECT_EQ(cells[j].size(), kPoints) << j;
    EXPECT_LT(cells[299].size(), kPoints);  // beyond the table: plain random numbers
  }
}

TEST(Sobol, FirstDimensionsFormANet) {
  // Each of 16 x 16 boxes of the first two dimensions holds one of 256 points, scrambled or not.
  for (const bool scrambled : {false, true}) {
    Sobol sobol(2, scrambled, 3);
    std::set<std::pair<int, int>> boxes;
    for (int i = 0; i < 256; ++i) {
      const Point point = sobol.next();
      boxes.emplace(static_cast<int>(point[0] * 16), static_cast<int>(point[1] * 16));
    }
    EXPECT_EQ(boxes.size(), 256U);
  }
}

TEST(Sobol, ScramblingDependsOnTheSeedAlone) {
  EXPECT_EQ(Sobol(5, true, 1).next(), Sobol(5, true, 1).next());
  EXPECT_NE(Sobol(5, true, 1).next(), Sobol(5, true, 2).next());
}

/// The study's subject D1: what every published run tried in trials 2 to 9.
TEST(Sobol, DesignOfAPublishedSubject) {
  const std::vector<std::string>& losses = study_losses();
  const std::vector<std::string>& starts = study_initializers();
  const std::vector<std::string>& optimizers = study_optimizers();
  const std::vector<std::string>& activations = study_activations();
  const std::vector<int> batches{16, 32, 64, 128, 256, 512};
  const auto list = [](std::size_t count) {
    return Parameter{.type = ParameterType::kCategory, .categories = count};
  };
  std::vector<Parameter> parameters{{.low = 1e-6, .high = 10}, list(13), list(6), list(7)};
  for (int i = 0; i < 6; ++i) parameters.push_back(list(13));
  for (int i = 0; i < 3; ++i) parameters.push_back(list(11));
  parameters.push_back(list(2));
  parameters.push_back(list(3));
  Optimizer optimizer(parameters, {.scramble = false, .integer_categories = true});
  const struct {
    double rate;
    std::string loss;
    int batch;
    std::string optimizer, ki1, act1;
    int layer2;
  } expected[] = {
      {1e-6, "mean_squared_error", 16, "sgd", "zeros", "elu", 0},
      {5, "categorical_hinge", 64, "adadelta", "orthogonal", "relu", 1},
      {7.5, "mean_squared_logarithmic_error", 32, "adagrad", "glorot_uniform", "hard_sigmoid", 2},
      {2.5, "sparse_categorical_crossentropy", 256, "adam", "random_normal", "selu", 0},
      {3.75, "squared_hinge", 128, "adamax", "random_uniform", "exponential", 1},
      {8.75, "binary_crossentropy", 32, "adagrad", "he_normal", "softsign", 2},
      {6.25, "mean_absolute_percentage_error", 256, "adam", "glorot_normal", "softmax", 1},
      {1.25, "categorical_crossentropy", 64, "rmsprop", "constant", "tanh", 0}};
  const auto points = optimizer.suggest(8);
  ASSERT_EQ(points.size(), 8U);
  const auto pick = [](const auto& names, double index) {
    return names.at(static_cast<std::size_t>(index));
  };
  for (std::size_t i = 0; i < 8; ++i) {
    const Point& point = points[i];
    EXPECT_NEAR(point[0], expected[i].rate, 1e-5) << i;
    EXPECT_EQ(pick(losses, point[1]), expected[i].loss) << i;
    EXPECT_EQ(pick(batches, point[2]), expected[i].batch) << i;
    EXPECT_EQ(pick(optimizers, point[3]), expected[i].optimizer) << i;
    EXPECT_EQ(pick(starts, point[4]), expected[i].ki1) << i;
    EXPECT_EQ(pick(activations, point[10]), expected[i].act1) << i;
    EXPECT_EQ(static_cast<int>(point[14]), expected[i].layer2) << i;
  }
}

}  // namespace
}  // namespace dlfix::eval::hebo
