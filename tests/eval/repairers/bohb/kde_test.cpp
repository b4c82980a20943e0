// Density values against published ones (statsmodels issue 3790) and stored ones of statsmodels.
#include "eval/repairers/bohb/kde.h"

#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

namespace dlfix::eval::bohb {
namespace {

constexpr Coordinate kNumber{};

std::vector<Point> column_of(const std::vector<double>& values) {
  std::vector<Point> points;
  for (const double value : values) points.push_back({value});
  return points;
}

TEST(Kde, CategoriesAsPublished) {
  const KdeOptions faithful{.kernel = CategoryKernel::kFaithful};
  const Kde small({{2}}, column_of({0, 0, 0, 0, 1}), faithful);
  EXPECT_NEAR(small.bandwidths()[0], 0.30730658, 1e-8);
  EXPECT_NEAR(small.density({0}), 0.61561605, 1e-8);
  const Kde large({{1001}}, column_of({0, 0, 0, 0, 1000}), faithful);
  EXPECT_NEAR(large.bandwidths()[0], 307.30658, 1e-5);
  EXPECT_NEAR(large.density({0}), -183.583946, 1e-6);
}

TEST(Kde, BoundedCategoriesAreProbabilities) {
  const Kde same({{2}}, column_of({0, 0, 0, 0, 1}), {});
  EXPECT_NEAR(same.density({0}), 0.61561605, 1e-8);
  EXPECT_LE(Kde({{2}}, column_of({0, 1, 0, 1}), {}).bandwidths()[0], 0.5);
  for (const std::size_t categories : {1U, 2U, 3U, 13U}) {
    std::vector<double> data;
    for (std::size_t i = 0; i < 13; ++i) data.push_back(static_cast<double>(i % categories));
    const Kde kde({{categories}}, column_of(data), {});
    double sum = 0;
    for (std::size_t c = 0; c < categories; ++c) {
      const double density = kde.density({static_cast<double>(c)});
      EXPECT_GE(density, 0);
      sum += density;
    }
    EXPECT_NEAR(sum, 1, 1e-12) << categories;
  }
}

TEST(Kde, OneSeenCategoryIsInfiniteElsewhereOnlyWhenFaithful) {
  const std::vector<Point> data = column_of({2, 2, 2});
  EXPECT_TRUE(std::isinf(Kde({{5}}, data, {.kernel = CategoryKernel::kFaithful}).density({1})));
  EXPECT_NEAR(Kde({{5}}, data, {}).density({1}), 1e-3 / 4, 1e-12);
}

TEST(Kde, Numbers) {
  const Kde kde({kNumber}, column_of({.2, .4, .9}), {});
  EXPECT_NEAR(kde.bandwidths()[0], 0.250500, 1e-6);
  EXPECT_NEAR(kde.density({.5}), .897699, 1e-6);
  EXPECT_DOUBLE_EQ(Kde({kNumber}, column_of({.3, .3}), {}).bandwidths()[0], 1e-3);
}

TEST(Kde, EqualsStoredNumbers) {
  std::ifstream file(DLFIX_SOURCE_DIR "/tests/eval/repairers/bohb/kde_fixture.json");
  const auto fixture = nlohmann::json::parse(file);
  ASSERT_GE(fixture.at("cases").size(), 4U);
  for (const auto& item : fixture.at("cases")) {
    std::vector<Coordinate> coordinates;
    for (const std::size_t count : item.at("categories")) coordinates.push_back({count});
    KdeOptions options;
    if (item.at("kernel") == "faithful") options.kernel = CategoryKernel::kFaithful;
    const Kde kde(coordinates, item.at("data").get<std::vector<Point>>(), options);
    const auto bandwidths = item.at("bandwidths").get<std::vector<double>>();
    for (std::size_t j = 0; j < bandwidths.size(); ++j) {
      EXPECT_NEAR(kde.bandwidths()[j], bandwidths[j], 1e-9);
    }
    for (std::size_t i = 0; i < item.at("at").size(); ++i) {
      const double expected = item.at("density")[i];
      EXPECT_NEAR(kde.density(item.at("at")[i].get<Point>()), expected,
                  1e-6 * std::max(1.0, std::abs(expected)))
          << item.at("name");
    }
  }
}

}  // namespace
}  // namespace dlfix::eval::bohb
