#include "eval/stopping/judgement.h"

#include <gtest/gtest.h>

namespace dlfix::eval {
namespace {

/// A training of 20 epochs by its values after quarters.
Curve curve(const std::string& program, double first, double second, double third, double last) {
  return {program, {}, "accuracy", 20, {{5, first}, {10, second}, {15, third}, {20, last}}};
}

// Half of the trainings are stuck, the others show early what they will be.
std::vector<Curve> foreseeable(const std::string& program) {
  std::vector<Curve> curves;
  for (int i = 0; i < 30; ++i) {
    const double end = i % 2 == 0 ? 0.1 : 0.9 + i * 0.001;
    curves.push_back(curve(program, end * 0.9, end * 0.95, end, end));
  }
  return curves;
}

TEST(StoppingJudgement, WhatShowsEarlyIsGivenUpWithoutLoss) {
  const auto curves = foreseeable("A");
  const auto replayed = replay_searches(curves, {4, 0.5}, 50, 20);
  EXPECT_EQ(replayed.trainings, 1000U);
  EXPECT_GT(replayed.given_up, 200U);
  EXPECT_GT(replayed.winners, 0U);
  EXPECT_EQ(replayed.winners_lost, 0U);
  EXPECT_GT(replayed.saved(), 0.2);
  EXPECT_LE(replayed.saved(), 0.75);
  EXPECT_EQ(replay_searches(curves, {4, 0}, 50, 20).given_up, 0U);
}

// By hand: after three that halve their error, one that is far behind but would have won.
TEST(StoppingJudgement, ALostWinnerIsCounted) {
  std::vector<Curve> curves(30, curve("A", 0.2, 0.4, 0.5, 0.6));
  curves.push_back(curve("A", 0.1, 0.1, 0.1, 0.99));
  const auto replayed = replay_searches(curves, {3, 1}, 200, curves.size());
  EXPECT_GT(replayed.winners_lost, 0U);
  EXPECT_EQ(replayed.error_rate(), 1) << "nothing else wins";
  EXPECT_EQ(replayed.winners_lost, replayed.given_up);
  EXPECT_DOUBLE_EQ(replayed.epochs_saved, 0.75 * 20 * double(replayed.given_up));
}

TEST(StoppingJudgement, ARuleIsChosenWithoutTheProgramItIsJudgedOn) {
  auto curves = foreseeable("A");
  for (auto& other : foreseeable("B")) curves.push_back(other);
  // Of C nobody can tell early.
  for (int i = 0; i < 30; ++i)
    curves.push_back(curve("C", 0.3, 0.3, i % 2 ? 0.3 : 0.2, 0.3 + 0.02 * i));
  const auto judgement = judge_stopping(curves, {6, 0.5}, 0.02);
  ASSERT_EQ(judgement.programs.size(), 3U);
  EXPECT_EQ(judgement.programs[2].program, "C");
  EXPECT_EQ(judgement.programs[2].curves, 30U);
  EXPECT_GT(judgement.programs[2].chosen.safety, judgement.programs[0].chosen.safety)
      << "C alone makes careful";
  EXPECT_NE(to_text(judgement).find("C "), std::string::npos);
  EXPECT_EQ(to_document(judgement)["programs"]["A"]["curves"], 30);
}

}  // namespace
}  // namespace dlfix::eval
