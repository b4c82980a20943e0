#include "eval/fidelity/sampling.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <set>

namespace dlfix::eval {
namespace {

const mapping::Config kFaulty = {{"lr", 1.0}, {"loss", "mse"}, {"epochs", 5}};

MeasuredConfig measured(double lr, std::vector<double> search,
                        KerasOutcome outcome = KerasOutcome::kNumber) {
  MeasuredConfig result{kFaulty, std::move(search), {}, outcome};
  result.config["lr"] = lr;
  return result;
}

std::vector<MeasuredConfig> many() {
  std::vector<MeasuredConfig> all;
  for (int i = 0; i < 50; ++i) {
    all.push_back(measured(i, std::vector<double>(8, 0.5 + 0.01 * i)));
    all.push_back(measured(100 + i, {i % 5 == 0 ? 0.9 : 0.5}));
    all.push_back(measured(200 + i, {}, KerasOutcome::kCrashed));
    all.push_back(measured(300 + i, {}, KerasOutcome::kUnknown));
  }
  return all;
}

std::size_t count(const std::vector<SampledConfig>& sample, ComparedBy comparison) {
  return static_cast<std::size_t>(
      std::ranges::count(sample, comparison, &SampledConfig::comparison));
}

TEST(Sampling, TakesTheirShareOfEveryKindAndNothingUnknown) {
  const auto sample = sample_configs(many(), kFaulty, {40, 1, 0.5, 0.02});
  ASSERT_EQ(sample.size(), 40u);
  EXPECT_EQ(count(sample, ComparedBy::kRange), 12u);
  EXPECT_EQ(count(sample, ComparedBy::kOutcome), 8u);
  EXPECT_EQ(count(sample, ComparedBy::kRank), 20u);
  std::set<double> different;
  for (const auto& one : sample) {
    different.insert(one.measured.config.at("lr").get<double>());
    EXPECT_NE(one.measured.outcome, KerasOutcome::kUnknown);
  }
  EXPECT_EQ(different.size(), 40u);
}

TEST(Sampling, AtMostHalfLearnNothingWhileOthersAreThere) {
  const auto sample = sample_configs(many(), kFaulty, {20, 1, 0.5, 0.02});
  std::size_t constant = 0;
  for (const auto& one : sample)
    constant += one.comparison == ComparedBy::kRank && one.values().front() == 0.5 ? 1 : 0;
  EXPECT_EQ(constant, 5u) << "of the ten ranks";
}

TEST(Sampling, IsTheSameForOneSeedAndAnotherForTheNext) {
  const auto names = [](std::uint64_t seed) {
    std::vector<double> rates;
    for (const auto& one : sample_configs(many(), kFaulty, {20, seed, 0.5, 0.02}))
      rates.push_back(one.measured.config.at("lr").get<double>());
    return rates;
  };
  EXPECT_EQ(names(1), names(1));
  EXPECT_NE(names(1), names(2));
}

TEST(Sampling, DrawsFromEveryKindOfChangeInTurn) {
  std::vector<MeasuredConfig> all;
  for (int i = 0; i < 100; ++i) all.push_back(measured(2 + i, {0.7}));
  MeasuredConfig other = measured(1.0, {0.7});
  other.config["epochs"] = 9;
  all.push_back(other);
  const auto sample = sample_configs(all, kFaulty, {4, 1, 0, 0});
  EXPECT_TRUE(std::ranges::any_of(
      sample, [](const auto& one) { return one.measured.config.at("epochs") == 9; }));
}

TEST(Sampling, ConfigsOfTheNeutralityRunsAreComparedOnTheHoldoutPart) {
  MeasuredConfig neutral{kFaulty, {}, std::vector<double>(10, 0.8)};
  const auto sample = sample_configs(std::vector{neutral}, kFaulty, {10, 1, 0, 0});
  ASSERT_EQ(sample.size(), 1u);
  EXPECT_FALSE(sample[0].on_search);
  EXPECT_EQ(sample[0].values().size(), 10u);
}

TEST(Sampling, ConfigsThatTheirOwnRunsSelectedOnlyFillUp) {
  std::vector<MeasuredConfig> all;
  for (int i = 0; i < 30; ++i) {
    all.push_back({kFaulty, {}, std::vector<double>(10, 0.8)});
    all.back().config["lr"] = 1000 + i;
    if (i < 4) all.push_back(measured(i, std::vector<double>(8, 0.5)));
  }
  const auto sample = sample_configs(all, kFaulty, {20, 1, 0, 0});
  EXPECT_EQ(std::ranges::count(sample, true, &SampledConfig::on_search), 4);
  EXPECT_EQ(sample.size(), 6u);
}

}  // namespace
}  // namespace dlfix::eval
