// Trainings that end early because they have not come far enough.
#include <gtest/gtest.h>

#include <cmath>

#include "helpers.h"
#include "test_device.h"

namespace dlfix::trainer::testing {
namespace {

TrainingRequest request_of(const Problem& problem, std::int64_t epochs, std::uint64_t seed = 1) {
  TrainingRequest request = small_request(problem, 5, 3);
  request.fit.epochs = epochs;
  request.seed = seed;
  return request;
}

TEST(Milestones, MeasureWithoutChangingAnything) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 83, 5, 3);
  const TrainingResult plain = train_one(request_of(problem, 8));
  TrainingRequest measured = request_of(problem, 8);
  measured.milestones = {{2, -INFINITY}, {5, -INFINITY}};
  const TrainingResult result = train_one(measured);
  EXPECT_FALSE(result.given_up);
  ASSERT_EQ(result.at_milestones.size(), 2U);
  expect_same(result.at_milestones[0], train_one(request_of(problem, 2)).evaluations[0].value);
  expect_same(result.at_milestones[1], train_one(request_of(problem, 5)).evaluations[0].value);
  expect_same(result.evaluations[0].scores, plain.evaluations[0].scores);
  EXPECT_EQ(result.work, plain.work);
}

TEST(Milestones, WhatMissesOneEndsThereAsATrainingOfSoManyEpochs) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 83, 5, 3);
  const TrainingResult shorter = train_one(request_of(problem, 4));
  TrainingRequest behind = request_of(problem, 8);
  behind.milestones = {{2, 0}, {4, 2}, {6, 0}};
  const TrainingResult result = train_one(behind);
  EXPECT_EQ(result.status, TrainingStatus::kOk);
  EXPECT_TRUE(result.given_up);
  EXPECT_EQ(result.epochs.size(), 4U);
  EXPECT_EQ(result.at_milestones.size(), 2U);
  expect_same(result.evaluations[0].scores, shorter.evaluations[0].scores);
  EXPECT_NEAR(result.work, shorter.work, 1e-9);
}

TEST(Milestones, ErrorsMustNotBeLarger) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 83, 5, 3);
  TrainingRequest request = request_of(problem, 8);
  request.metric = "loss";
  request.milestones = {{4, 100}};
  EXPECT_FALSE(train_one(request).given_up);
  request.milestones = {{4, 0}};
  EXPECT_TRUE(train_one(request).given_up);
}

TEST(Milestones, ThoseBesideGoOnAsBefore) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 83, 5, 3);
  const TrainingResult alone = train_one(request_of(problem, 8, 3));
  std::vector<TrainingRequest> requests;
  for (std::uint64_t seed = 0; seed < 7; ++seed) {
    requests.push_back(request_of(problem, 8, seed));
    if (seed != 3) requests.back().milestones = {{std::int64_t(seed) % 4 + 1, seed % 2 ? 2.0 : 0}};
  }
  const auto results = train(requests);
  expect_same(results[3].evaluations[0].scores, alone.evaluations[0].scores);
  for (std::size_t i = 0; i < results.size(); ++i)
    EXPECT_EQ(results[i].given_up, i % 2 == 1 && i != 3) << i;
}

TEST(Milestones, AreInTheKeyAndInJson) {
  const TemporaryFolder folder;
  const Problem problem = make_problem(folder, "p", 20, 5, 3);
  const TrainingRequest plain = request_of(problem, 8);
  TrainingRequest request = plain;
  request.milestones = {{2, 0.5}, {4, -INFINITY}};
  EXPECT_NE(training_key(request), training_key(plain));
  const auto again = nlohmann::json(request).get<TrainingRequest>();
  ASSERT_EQ(again.milestones.size(), 2U);
  EXPECT_EQ(again.milestones[0].epoch, 2);
  EXPECT_EQ(again.milestones[0].value, 0.5);
  EXPECT_EQ(again.milestones[1].value, -INFINITY);
  EXPECT_FALSE(nlohmann::json(plain).contains("milestones"));
  TrainingResult result;
  result.given_up = true;
  result.at_milestones = {0.25};
  const auto back = nlohmann::json(result).get<TrainingResult>();
  EXPECT_TRUE(back.given_up);
  EXPECT_EQ(back.at_milestones, result.at_milestones);
}

}  // namespace
}  // namespace dlfix::trainer::testing
