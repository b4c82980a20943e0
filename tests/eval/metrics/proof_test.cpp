#include "eval/metrics/proof.h"

#include <gtest/gtest.h>

#include <limits>

#include "eval/statistics/random_stream.h"

namespace dlfix::eval {
namespace {

/// `seeds` trainings on 200 rows, right with the given probabilities.
ProofInput trainings(int seeds, double faulty, double patched, std::uint64_t seed = 1) {
  ProofInput input;
  RandomStream random(seed);
  const auto draw = [&](double probability, std::vector<double>& values, auto& rows) {
    rows.emplace_back();
    double hits = 0;
    for (int row = 0; row < 200; ++row) {
      rows.back().push_back(random.uniform() < probability ? 1.0F : 0.0F);
      hits += rows.back().back();
    }
    values.push_back(hits / 200);
  };
  for (int i = 0; i < seeds; ++i) {
    draw(faulty, input.faulty, input.faulty_rows);
    draw(patched, input.patched, input.patched_rows);
  }
  return input;
}

TEST(Prove, ClearGainIsProven) {
  const Proof proof = prove(trainings(10, 0.6, 0.9));
  EXPECT_TRUE(proof.proven) << ::testing::PrintToString(proof.reasons);
  EXPECT_LT(proof.p_value, 0.05);
  EXPECT_GT(proof.effect_size, 0.5);
  EXPECT_NEAR(proof.patched_mean - proof.faulty_mean, 0.3, 0.05);
  EXPECT_GT(proof.interval.low, 0.2);
  EXPECT_LT(proof.interval.high, 0.4);
}

TEST(Prove, SamePairIsRarelyProven) {
  int proven = 0;
  for (std::uint64_t seed = 0; seed < 60; ++seed)
    proven += prove(trainings(10, .8, .8, seed)).proven;
  EXPECT_LE(proven, 3);  // one side of a 5 % test, and an interval on top
}

TEST(Prove, WorseIsNeverProven) {
  const Proof proof = prove(trainings(10, 0.9, 0.6));
  EXPECT_FALSE(proof.proven);
  EXPECT_FALSE(proof.better_mean);
  EXPECT_LT(proof.effect_size, 0);
}

TEST(Prove, FewSeedsAreUnproven) {
  const Proof proof = prove(trainings(5, 0.2, 0.95));
  EXPECT_FALSE(proof.proven);
  EXPECT_NE(proof.reasons.at(0).find("5 proving seeds"), std::string::npos);
  EXPECT_TRUE(prove(trainings(6, 0.2, 0.95)).proven);
}

TEST(Prove, LowerIsBetterAndDivergedTrainings) {
  ProofInput input;
  input.higher_is_better = false;
  input.rows_higher_is_better = false;
  for (int i = 0; i < 8; ++i) {
    input.faulty.push_back(std::numeric_limits<double>::quiet_NaN());
    input.faulty_rows.emplace_back(20, std::numeric_limits<float>::quiet_NaN());
    input.patched.push_back(1.0 + 0.01 * i);
    input.patched_rows.emplace_back(20, 1.0F + 0.01F * static_cast<float>(i));
  }
  const Proof proof = prove(input);
  EXPECT_TRUE(proof.proven) << ::testing::PrintToString(proof.reasons);
  EXPECT_NEAR(proof.faulty_mean, 2 * 1.07, 1e-6);
  EXPECT_NEAR(proof.patched_mean, 1.035, 1e-9);
}

TEST(Prove, ConstantSamplesHaveABoundedEffect) {
  ProofInput input = trainings(10, 0, 1);
  const Proof proof = prove(input);
  EXPECT_TRUE(proof.proven);
  EXPECT_EQ(proof.effect_size, 1000);
}

TEST(Prove, NewSplitsAreJoinedByRow) {
  // Every seed sees ten of 60 rows; the patch gains on two thirds of all rows and loses on the
  // rest.
  ProofInput input = trainings(0, 0, 0);
  RandomStream random(5);
  for (int seed = 0; seed < 12; ++seed) {
    auto& faulty = input.faulty_rows.emplace_back();
    auto& patched = input.patched_rows.emplace_back();
    auto& ids = input.row_ids.emplace_back();
    for (int i = 0; i < 10; ++i) {
      const auto row = static_cast<std::int64_t>(random.index(60));
      ids.push_back(row);
      faulty.push_back(row % 3 == 0 ? 1.0F : 0.0F);
      patched.push_back(row % 3 == 0 ? 0.0F : 1.0F);
    }
    double hits = 0;
    for (const float hit : patched) hits += hit / 10;
    input.patched.push_back(hits);
    input.faulty.push_back(1 - hits);
  }
  const Proof proof = prove(input);
  EXPECT_NEAR(proof.interval.low, 1.0 / 3, 0.35);
  EXPECT_GT(proof.interval.high - proof.interval.low, 0.2);  // 60 rows, not 120 independent ones
}

TEST(Prove, PartsMustFit) {
  ProofInput input = trainings(6, 0.5, 0.5);
  input.patched_rows[2].pop_back();
  EXPECT_THROW(prove(input), std::invalid_argument);
  ProofInput missing = trainings(6, 0.5, 0.5);
  missing.patched.pop_back();
  EXPECT_THROW(prove(missing), std::invalid_argument);
}

}  // namespace
}  // namespace dlfix::eval
