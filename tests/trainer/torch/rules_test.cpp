// The parts that need no tensors: random streams, initialisers, callbacks, target shapes.
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numeric>

#include "trainer/torch/callbacks.h"
#include "trainer/torch/failure.h"
#include "trainer/torch/initializers.h"
#include "trainer/torch/target_rules.h"

namespace dlfix::trainer {
namespace {

using nlohmann::json;

PhiloxStream stream(std::uint64_t seed) {
  return PhiloxStream(seed, RandomPurpose::kInitialWeights, 0, 0);
}

TEST(Philox, KnownAnswers) {
  // The published answer of philox4x32-10 for a zero counter and a zero key.
  const PhiloxStream zero(0, static_cast<RandomPurpose>(0), 0, 0);
  const PhiloxStream::Block expected{0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8};
  EXPECT_EQ(zero.block(0), expected);
}

// Eight at once are computed in vectors.
TEST(Philox, EightBlocksAreTheBlocks) {
  const PhiloxStream some(0x123456789abcdef0, RandomPurpose::kDropout, 77, 0xfedcba9876543210);
  for (const std::uint32_t first : {0U, 5U, 0xfffffffbU}) {
    const PhiloxStream::EightBlocks words = some.eight_blocks(first);
    for (std::uint32_t i = 0; i < 8; ++i) {
      const PhiloxStream::Block block = some.block(first + i);
      for (std::size_t k = 0; k < 4; ++k) EXPECT_EQ(words[4 * i + k], block[k]) << first << i;
    }
  }
}

TEST(Philox, WordsComeInTheOrderOfTheBlocks) {
  PhiloxStream words = stream(3);
  std::vector<std::uint32_t> filled(70);
  words.fill(filled);
  for (std::size_t i = 0; i < filled.size(); ++i) {
    EXPECT_EQ(words.next(), filled[i]);
    EXPECT_EQ(filled[i], words.block(static_cast<std::uint32_t>(i / 4))[i % 4]);
  }
}

TEST(Philox, PermutationIsAPermutationAndDiffersBySeed) {
  const auto a = random_permutation(1000, stream(1));
  const auto b = random_permutation(1000, stream(2));
  auto sorted = a;
  std::sort(sorted.begin(), sorted.end());
  std::vector<std::int64_t> all(1000);
  std::iota(all.begin(), all.end(), 0);
  EXPECT_EQ(sorted, all);
  EXPECT_NE(a, b);
  EXPECT_EQ(a, random_permutation(1000, stream(1)));
}

TEST(Philox, NormalQuantile) {
  EXPECT_NEAR(normal_quantile(0.975), 1.959963984540054, 1e-12);
  EXPECT_NEAR(normal_quantile(0.5), 0, 1e-15);
  EXPECT_NEAR(normal_quantile(1e-10), -6.361340902404056, 1e-9);
}

struct Moments {
  double mean, deviation, low, high;
};

Moments moments_of(const std::vector<float>& values) {
  double sum = 0;
  double square = 0;
  for (float v : values) {
    sum += v;
    square += double(v) * v;
  }
  const double n = double(values.size());
  const auto [low, high] = std::minmax_element(values.begin(), values.end());
  return {sum / n, std::sqrt(square / n - sum * sum / n / n), *low, *high};
}

struct InitialCase {
  json spec;
  double deviation, bound;
};

class Initial : public ::testing::TestWithParam<InitialCase> {};

TEST_P(Initial, MomentsAndBounds) {
  const auto values = initial_values(GetParam().spec, {200, 300}, stream(7));
  const Moments got = moments_of(values);
  EXPECT_NEAR(got.mean, 0, GetParam().deviation * 0.02);
  EXPECT_NEAR(got.deviation, GetParam().deviation, GetParam().deviation * 0.01);
  EXPECT_LE(got.high, GetParam().bound * 1.0001);
  EXPECT_GE(got.low, -GetParam().bound * 1.0001);
  EXPECT_GT(got.high, GetParam().bound * 0.9);
}

const double kTruncatedGlorot = 2 * std::sqrt(2.0 / 500) / 0.87962566103423978;

INSTANTIATE_TEST_SUITE_P(
    All, Initial,
    ::testing::Values(InitialCase{"glorot_uniform", std::sqrt(2.0 / 500), std::sqrt(6.0 / 500)},
                      InitialCase{"glorot_normal", std::sqrt(2.0 / 500), kTruncatedGlorot},
                      InitialCase{"he_uniform", std::sqrt(2.0 / 200), std::sqrt(6.0 / 200)},
                      InitialCase{"he_normal", std::sqrt(2.0 / 200),
                                  2 * std::sqrt(2.0 / 200) / 0.87962566103423978},
                      InitialCase{"lecun_uniform", std::sqrt(1.0 / 200), std::sqrt(3.0 / 200)},
                      InitialCase{"random_uniform", 0.05 / std::sqrt(3.0), 0.05},
                      InitialCase{"truncated_normal", 0.05 * 0.87962566103423978, 0.1},
                      InitialCase{
                          json{{"class", "random_uniform"}, {"minval", -1.0}, {"maxval", 1.0}},
                          1 / std::sqrt(3.0), 1}));

TEST(Initializers, OrthogonalHasOrthonormalColumnsAndRefusesVectors) {
  const auto q = initial_values("orthogonal", {8, 5}, stream(3));
  for (int a = 0; a < 5; ++a) {
    for (int b = 0; b < 5; ++b) {
      double dot = 0;
      for (int i = 0; i < 8; ++i) dot += double(q[i * 5 + a]) * q[i * 5 + b];
      EXPECT_NEAR(dot, a == b ? 1 : 0, 1e-6);
    }
  }
  EXPECT_THROW(initial_values("orthogonal", {5}, stream(3)), TrainingFailure);
}

TEST(Initializers, FansOfAConvolution) {
  const Fans fans = fans_of({3, 3, 16, 32});
  EXPECT_EQ(fans.in, 144);
  EXPECT_EQ(fans.out, 288);
}

std::int64_t stops_at(const json& attributes, const std::vector<double>& values,
                      const char* profile = "keras3") {
  EarlyStopping stopping(attributes, find_profile(profile));
  for (std::size_t epoch = 0; epoch < values.size(); ++epoch) {
    const auto verdict =
        stopping.end_epoch(static_cast<std::int64_t>(epoch), {{"val_loss", values[epoch]}});
    if (verdict.stop) return static_cast<std::int64_t>(epoch);
  }
  return -1;
}

TEST(EarlyStopping, StopsWhenPatienceIsSpent) {
  const std::vector<double> values{1, .8, .9, .85, .7};
  EXPECT_EQ(stops_at({{"patience", 2}}, values), 3);
  EXPECT_EQ(stops_at({{"patience", 3}}, values), -1);
  EXPECT_EQ(stops_at({{"patience", 0}}, values), 2);
  EXPECT_EQ(stops_at({{"patience", 2}, {"min_delta", 0.3}}, values), 2);
}

TEST(EarlyStopping, NanAsFirstValueIsBestInKeras3) {
  const double nan = std::nan("");
  EXPECT_EQ(stops_at({{"patience", 2}}, {nan, 1, 0.5, 0.2}, "keras3"), 2);
  EXPECT_EQ(stops_at({{"patience", 2}}, {nan, 1, 0.5, 0.2}, "tf24"), -1);
}

std::vector<int> cuts(const json& attributes, int epochs) {
  ReduceLearningRate reducer(attributes, find_profile("keras3"));
  std::vector<int> cut;
  double rate = 1;
  for (int epoch = 0; epoch < epochs; ++epoch) {
    const double before = rate;
    reducer.end_epoch({{"val_loss", 1.0}}, rate);
    if (rate < before) cut.push_back(epoch);
  }
  return cut;
}

TEST(ReduceLearningRate, CutsOnAPlateau) {
  EXPECT_EQ(cuts({{"patience", 2}}, 7), (std::vector<int>{2, 4, 6}));
  EXPECT_EQ(cuts({{"patience", 2}, {"cooldown", 1}}, 7), (std::vector<int>{2, 4, 6}));
  EXPECT_EQ(cuts({{"patience", 2}, {"cooldown", 2}}, 9), (std::vector<int>{2, 5, 8}));
}

bool is_refused(const char* loss, Shape output, Shape target, const char* profile,
                std::vector<std::int64_t> batches = {32}) {
  return target_problem({loss, std::move(output), std::move(target), std::move(batches)},
                        find_profile(profile))
      .has_value();
}

TEST(TargetRules, CrossEntropiesRefuseTheOtherKindOfLabels) {
  for (const char* profile : {"tf23", "tf24", "tf211", "keras3", "keras231"}) {
    EXPECT_TRUE(is_refused("categorical_crossentropy", {3}, {1}, profile)) << profile;
    EXPECT_TRUE(is_refused("sparse_categorical_crossentropy", {3}, {3}, profile)) << profile;
    EXPECT_FALSE(is_refused("categorical_crossentropy", {3}, {3}, profile)) << profile;
    EXPECT_FALSE(is_refused("sparse_categorical_crossentropy", {3}, {1}, profile)) << profile;
  }
}

TEST(TargetRules, ElementwiseLossesBroadcastExceptInStandaloneKeras) {
  EXPECT_FALSE(is_refused("mean_squared_error", {3}, {1}, "tf23"));
  EXPECT_FALSE(is_refused("mean_squared_error", {3}, {}, "tf23"));
  EXPECT_TRUE(is_refused("mean_squared_error", {3}, {1}, "keras231"));
  EXPECT_TRUE(is_refused("mean_squared_error", {3}, {2}, "tf23"));
}

TEST(TargetRules, Keras3MeetsRank1TargetsByPlainBroadcasting) {
  EXPECT_TRUE(is_refused("mean_squared_error", {3}, {}, "keras3", {4}));
  EXPECT_FALSE(is_refused("mean_squared_error", {3}, {}, "keras3", {3, 1}));
  EXPECT_TRUE(is_refused("mean_squared_error", {3}, {}, "keras3", {3, 2}));
  EXPECT_FALSE(is_refused("mean_squared_error", {1}, {}, "keras3", {4}));
  EXPECT_TRUE(is_refused("binary_crossentropy", {3}, {}, "keras3", {3}));
  EXPECT_FALSE(is_refused("sparse_categorical_crossentropy", {3}, {}, "keras3", {4}));
}

}  // namespace
}  // namespace dlfix::trainer
