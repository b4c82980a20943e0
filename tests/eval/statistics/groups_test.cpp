// Agreement with SciPy 1.10.1 and statsmodels 0.13.5 on stored samples
// (fixtures/make_group_fixtures.py), and what has no value there.
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "eval/statistics/bootstrap.h"
#include "eval/statistics/distributions.h"
#include "eval/statistics/effect_size.h"
#include "eval/statistics/kruskal_wallis.h"
#include "eval/statistics/mann_whitney.h"
#include "eval/statistics/two_means.h"

namespace dlfix::eval {
namespace {

using Sample = std::vector<double>;

constexpr double kTolerance = 1e-9;
const double kNan = std::numeric_limits<double>::quiet_NaN();

/// Whether a number of the file, which may be "nan" or "inf", is `value`.
void expect_equal(double value, const nlohmann::json& expected) {
  if (expected.is_number()) {
    const double number = expected.get<double>();
    EXPECT_NEAR(value, number, kTolerance * std::max(1.0, std::abs(number)));
    return;
  }
  const auto text = expected.get<std::string>();
  if (text == "nan") {
    EXPECT_TRUE(std::isnan(value)) << value;
  } else {
    EXPECT_EQ(value, std::stod(text));
  }
}

class GroupFixtures : public ::testing::Test {
 protected:
  GroupFixtures() {
    std::ifstream file(DLFIX_SOURCE_DIR "/tests/eval/statistics/fixtures/groups.json");
    fixtures_ = nlohmann::json::parse(file);
  }
  nlohmann::json fixtures_;
};

TEST_F(GroupFixtures, MannWhitney) {
  int exact = 0;
  for (const auto& item : fixtures_.at("pairs")) {
    const auto first = item.at("first").get<Sample>();
    const auto second = item.at("second").get<Sample>();
    SCOPED_TRACE(item.dump());
    const MannWhitneyResult result = mann_whitney(first, second);
    expect_equal(result.statistic, item.at("mann_whitney")[0]);
    expect_equal(result.p_value, item.at("mann_whitney")[1]);
    exact += result.exact ? 1 : 0;
    // The test does not know which sample came first.
    EXPECT_DOUBLE_EQ(mann_whitney(second, first).p_value, result.p_value);
  }
  EXPECT_GT(exact, 60);
  EXPECT_LT(exact, 200);
}

TEST_F(GroupFixtures, TwoMeans) {
  int judged = 0;
  for (const auto& item : fixtures_.at("pairs")) {
    const auto control = item.at("first").get<Sample>();
    const auto treatment = item.at("second").get<Sample>();
    SCOPED_TRACE(item.dump());
    const MeansResult t = pooled_t_test(control, treatment);
    expect_equal(t.statistic, item.at("t_test")[0]);
    expect_equal(t.p_value, item.at("t_test")[1]);
    if (item.at("glm").is_null()) continue;
    const MeansResult glm = glm_group_test(control, treatment);
    expect_equal(glm.statistic, item.at("glm")[0]);
    expect_equal(glm.p_value, item.at("glm")[1]);
    ++judged;
  }
  EXPECT_GT(judged, 200);
}

TEST_F(GroupFixtures, CohensDOfUnlikeSizes) {
  for (const auto& item : fixtures_.at("pairs")) {
    if (item.at("cohens_d").is_null() || item.at("kind") == "constant") continue;
    expect_equal(cohens_d(item.at("first").get<Sample>(), item.at("second").get<Sample>()),
                 item.at("cohens_d"));
  }
}

TEST_F(GroupFixtures, KruskalWallis) {
  for (const auto& item : fixtures_.at("several")) {
    const auto samples = item.at("samples").get<std::vector<Sample>>();
    SCOPED_TRACE(item.dump());
    const KruskalWallisResult result = kruskal_wallis(samples);
    if (item.at("kruskal").is_null()) {
      EXPECT_EQ(result.statistic, 0);
      EXPECT_EQ(result.p_value, 1);
      continue;
    }
    expect_equal(result.statistic, item.at("kruskal")[0]);
    expect_equal(result.p_value, item.at("kruskal")[1]);
  }
}

TEST_F(GroupFixtures, TailsKeepTheirDigitsFarOut) {
  for (const auto& row : fixtures_.at("tails")) {
    const double x = row[0].get<double>();
    const double degrees = row[1].get<double>();
    SCOPED_TRACE(row.dump());
    const auto near = [](double value, double expected) {
      EXPECT_NEAR(value, expected, kTolerance * std::max(expected, 1e-290));
    };
    near(chi_square_tail(x, degrees), row[2].get<double>());
    near(student_tail(x, degrees), row[3].get<double>());
    near(student_tail(-x, degrees), row[4].get<double>());
    near(normal_tail(x), row[5].get<double>());
  }
}

// SciPy draws other rows: two percentile intervals of many draws lie within a few hundredths of
// their width.
TEST_F(GroupFixtures, Bootstrap) {
  for (const auto& item : fixtures_.at("bootstrap")) {
    const auto first = item.at("first").get<Sample>();
    const auto second = item.at("second").get<Sample>();
    const BootstrapOptions options{.seed = 5, .repeats = 20000};
    const Interval interval = item.at("paired").get<bool>()
                                  ? bootstrap_paired(first, second, options)
                                  : bootstrap_unpaired(first, second, options);
    const double low = item.at("interval")[0].get<double>();
    const double high = item.at("interval")[1].get<double>();
    EXPECT_NEAR(interval.low, low, 0.03 * (high - low));
    EXPECT_NEAR(interval.high, high, 0.03 * (high - low));
  }
}

TEST(MannWhitney, WithoutValuesThereIsNoAnswer) {
  EXPECT_TRUE(std::isnan(mann_whitney(Sample{}, Sample{1}).p_value));
  EXPECT_TRUE(std::isnan(mann_whitney(Sample{1, kNan}, Sample{2}).p_value));
  EXPECT_EQ(mann_whitney(Sample(9, 1.0), Sample(9, 1.0)).p_value, 1);
  EXPECT_EQ(mann_whitney(Sample(3, 1.0), Sample(2, 1.0)).p_value, 1);
}

TEST(MannWhitney, TenAgainstTenApartHaveTheSmallestP) {
  Sample low, high;
  for (int i = 0; i < 8; ++i) {
    low.push_back(i);
    high.push_back(100 + i);
  }
  const MannWhitneyResult result = mann_whitney(low, high);
  EXPECT_TRUE(result.exact);
  EXPECT_NEAR(result.p_value, 2.0 / 12870, 1e-15);  // 2 / (16 over 8)
}

TEST(KruskalWallis, NeedsTwoSamples) {
  EXPECT_THROW(kruskal_wallis(std::vector<Sample>{{1, 2}}), std::invalid_argument);
  EXPECT_TRUE(std::isnan(kruskal_wallis(std::vector<Sample>{{1, 2}, {}}).p_value));
  EXPECT_TRUE(std::isnan(kruskal_wallis(std::vector<Sample>{{1, 2}, {kNan}}).p_value));
}

TEST(TwoMeans, ConstantSamples) {
  EXPECT_TRUE(std::isnan(pooled_t_test(Sample(10, 0.1), Sample(8, 0.1)).p_value));
  EXPECT_TRUE(std::isnan(glm_group_test(Sample(10, 0.1), Sample(8, 0.1)).p_value));
  EXPECT_EQ(pooled_t_test(Sample(10, 0.5), Sample(10, 1.0)).p_value, 0);
  EXPECT_EQ(glm_group_test(Sample(10, 0.5), Sample(10, 1.0)).p_value, 0);
  EXPECT_TRUE(std::isnan(pooled_t_test(Sample{1}, Sample{2, 3}).p_value));
  EXPECT_FALSE(std::isnan(glm_group_test(Sample{1}, Sample{2, 3}).p_value));
  EXPECT_TRUE(std::isnan(glm_group_test(Sample{}, Sample{1, 2, 3}).p_value));
}

TEST(Distributions, OutsideTheirDomain) {
  EXPECT_EQ(chi_square_tail(-1, 3), 1);
  EXPECT_TRUE(std::isnan(chi_square_tail(1, 0)));
  EXPECT_TRUE(std::isnan(student_tail(1, -2)));
  EXPECT_EQ(student_tail(std::numeric_limits<double>::infinity(), 3), 0);
  EXPECT_EQ(student_tail(-std::numeric_limits<double>::infinity(), 3), 1);
}

}  // namespace
}  // namespace dlfix::eval
