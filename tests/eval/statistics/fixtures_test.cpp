// Agreement with SciPy 1.10.1 and NumPy on stored samples (fixtures/make_fixtures.py).
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>
#include <vector>

#include "eval/statistics/descriptive.h"
#include "eval/statistics/effect_size.h"
#include "eval/statistics/wilcoxon.h"

namespace dlfix::eval {
namespace {

constexpr double kTolerance = 1e-9;

class SciPyFixtures : public ::testing::Test {
 protected:
  SciPyFixtures() {
    std::ifstream file(DLFIX_SOURCE_DIR "/tests/eval/statistics/fixtures/statistics.json");
    cases_ = nlohmann::json::parse(file).at("cases");
  }
  nlohmann::json cases_;
};

std::vector<double> numbers(const nlohmann::json& value) {
  return value.get<std::vector<double>>();
}

TEST_F(SciPyFixtures, Wilcoxon) {
  int exact = 0;
  int approximate = 0;
  for (const auto& item : cases_) {
    const auto first = numbers(item.at("first"));
    const WilcoxonResult result = wilcoxon_signed_rank(first, numbers(item.at("second")));
    const auto& expected = item.at("wilcoxon");
    SCOPED_TRACE(item.at("kind").get<std::string>() + " n=" + std::to_string(first.size()));
    if (expected.is_null()) {
      EXPECT_EQ(result.p_value, 1.0);
      continue;
    }
    EXPECT_NEAR(result.statistic, expected[0].get<double>(), kTolerance);
    EXPECT_NEAR(result.p_value, expected[1].get<double>(), kTolerance);
    (result.exact ? exact : approximate)++;
  }
  EXPECT_GT(exact, 100);
  EXPECT_GT(approximate, 50);
}

TEST_F(SciPyFixtures, EffectSizes) {
  for (const auto& item : cases_) {
    const auto first = numbers(item.at("first"));
    const auto second = numbers(item.at("second"));
    EXPECT_NEAR(a12(first, second), item.at("a12").get<double>(), kTolerance);
    if (!item.at("cohens_d").is_null() && item.at("kind") != "constant") {
      EXPECT_NEAR(cohens_d(first, second), item.at("cohens_d").get<double>(), kTolerance);
    }
  }
}

TEST_F(SciPyFixtures, Descriptive) {
  for (const auto& item : cases_) {
    const auto sample = numbers(item.at("first"));
    EXPECT_NEAR(mean(sample), item.at("mean").get<double>(), kTolerance);
    EXPECT_NEAR(population_sd(sample), item.at("population_sd").get<double>(), kTolerance);
    EXPECT_NEAR(median(sample), item.at("median").get<double>(), kTolerance);
    EXPECT_NEAR(quantile(sample, 0.1), item.at("quantile_10").get<double>(), kTolerance);
    EXPECT_EQ(ranks(sample), numbers(item.at("ranks")));
    if (item.at("sample_sd").is_null()) {
      EXPECT_TRUE(std::isnan(sample_sd(sample)));
    } else {
      EXPECT_NEAR(sample_sd(sample), item.at("sample_sd").get<double>(), kTolerance);
    }
  }
}

}  // namespace
}  // namespace dlfix::eval
