// What fit and compile are told beside data and layers, through whole trainings.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

#include "helpers.h"
#include "test_device.h"

namespace dlfix::trainer::testing {
namespace {

using nlohmann::json;

class FitOptions : public ::testing::Test {
 protected:
  TrainingRequest request(int rows = 96) {
    problem_ = make_problem(folder_, "p", rows, 6, 3);
    return small_request(problem_, 6, 3);
  }
  TemporaryFolder folder_;
  Problem problem_;
};

std::vector<double> rates_of(const TrainingResult& result) {
  std::vector<double> rates;
  for (const EpochRecord& epoch : result.epochs) rates.push_back(epoch.learning_rate);
  return rates;
}

void expect_same_weights(const TrainingResult& a, const TrainingResult& b) {
  ASSERT_EQ(a.status, TrainingStatus::kOk) << a.reason;
  ASSERT_EQ(b.status, TrainingStatus::kOk) << b.reason;
  expect_same(a.evaluations[0].loss, b.evaluations[0].loss);
  expect_same(a.evaluations[0].scores, b.evaluations[0].scores);
}

// The worst loss counts as the best here: the last epoch is then not the one to restore.
TEST_F(FitOptions, RestoredWeightsAreThoseOfTheBestEpoch) {
  TrainingRequest learning = request();
  learning.validation = learning.train;
  learning.profile = "keras3";  // restores whether it was stopped or not
  learning.fit.epochs = 4;
  learning.fit.callbacks = {{"EarlyStopping",
                             {{"monitor", "val_loss"},
                              {"mode", "max"},
                              {"patience", 10},
                              {"restore_best_weights", true}}}};
  const TrainingResult result = train_one(learning);
  ASSERT_EQ(result.status, TrainingStatus::kOk) << result.reason;
  double best = result.epochs[0].val_loss;
  for (const EpochRecord& epoch : result.epochs) best = std::max(best, epoch.val_loss);
  EXPECT_NE(result.epochs.back().val_loss, best);
  EXPECT_NEAR(result.evaluations[0].loss, best, 1e-12);
}

TEST_F(FitOptions, BaselineThatIsNotReachedStops) {
  TrainingRequest hopeless = request();
  hopeless.fit.epochs = 30;
  hopeless.fit.shuffle = false;
  hopeless.compile.optimizer.learning_rate = 0;
  hopeless.fit.callbacks = {
      {"EarlyStopping", {{"monitor", "loss"}, {"patience", 3}, {"baseline", -1.0}}}};
  for (const char* profile : {"tf23", "tf211", "keras3"}) {
    hopeless.profile = profile;
    EXPECT_EQ(train_one(hopeless).epochs.size(), 3U) << profile;
  }
}

TEST_F(FitOptions, RecordedTableSetsTheRateOfEachEpoch) {
  TrainingRequest scheduled = request();
  scheduled.fit.epochs = 4;
  scheduled.fit.callbacks = {{"LearningRateScheduler", {{"values", {0.05, 0.02, 0.01, 0.002}}}}};
  const TrainingResult result = train_one(scheduled);
  EXPECT_THAT(rates_of(result), ::testing::ElementsAre(0.05, 0.02, 0.01, 0.002));
  TrainingRequest constant = scheduled;
  constant.fit.callbacks = {{"LearningRateScheduler", {{"values", {0.05, 0.05, 0.05, 0.05}}}}};
  TrainingRequest plain = request();
  plain.fit.epochs = 4;
  plain.compile.optimizer.learning_rate = 0.05;
  expect_same_weights(train_one(constant), train_one(plain));
  EXPECT_NE(result.evaluations[0].scores, train_one(plain).evaluations[0].scores);
}

TEST_F(FitOptions, ScheduleObjectIsAFunctionOfTheStep) {
  TrainingRequest by_epoch = request();  // six steps an epoch
  by_epoch.fit.epochs = 3;
  by_epoch.fit.callbacks = {{"LearningRateScheduler", {{"values", {0.04, 0.02, 0.01}}}}};
  TrainingRequest by_step = request();
  by_step.fit.epochs = 3;
  by_step.compile.optimizer.learning_rate = 0.04;
  by_step.compile.optimizer.options["learning_rate"] = {{"class", "piecewise_constant_decay"},
                                                        {"boundaries", {5, 11}},
                                                        {"values", {0.04, 0.02, 0.01}}};
  expect_same_weights(train_one(by_step), train_one(by_epoch));
  by_step.compile.optimizer.options["learning_rate"]["class"] = "my_schedule";
  const TrainingResult unknown = train_one(by_step);
  EXPECT_EQ(unknown.status, TrainingStatus::kUnsupported);
  EXPECT_THAT(unknown.reason, ::testing::HasSubstr("my_schedule"));
}

TEST_F(FitOptions, PlateauLowersTheRate) {
  TrainingRequest flat = request();
  flat.compile.optimizer.learning_rate = 1e-12;
  flat.fit.epochs = 6;
  flat.fit.callbacks = {
      {"ReduceLROnPlateau", {{"monitor", "loss"}, {"patience", 2}, {"factor", 0.5}}}};
  const TrainingResult result = train_one(flat);
  EXPECT_THAT(rates_of(result), ::testing::ElementsAre(1e-12, 1e-12, 1e-12, 5e-13, 5e-13, 2.5e-13));
}

TEST_F(FitOptions, ClassWeightsOfOneChangeNothing) {
  const TrainingRequest plain = request();
  TrainingRequest weighted = plain;
  weighted.fit.class_weight = {{"0", 1.0}, {"1", 1.0}, {"2", 1.0}};
  expect_same_weights(train_one(weighted), train_one(plain));
  weighted.fit.class_weight = {{"0", 1.0}, {"1", 9.0}, {"2", 1.0}};
  EXPECT_NE(train_one(weighted).evaluations[0].scores, train_one(plain).evaluations[0].scores);
  weighted.fit.class_weight = {{"0", 1.0}, {"1", 9.0}};
  EXPECT_EQ(train_one(weighted).status, TrainingStatus::kCrash);
  weighted.profile = "keras3";  // a class without a weight weighs 1
  EXPECT_EQ(train_one(weighted).status, TrainingStatus::kOk);
}

TEST_F(FitOptions, RowsWithoutWeightAreNotLearntFrom) {
  TrainingRequest weighted = request();
  std::vector<float> weights(96, 1.0F);
  for (std::size_t i = 0; i < weights.size(); i += 3) weights[i] = 0;  // all rows of class 0
  weighted.train.sample_weights = {write_array(folder_.path("w.npy"), {96}, weights)};
  weighted.fit.epochs = 20;
  const TrainingResult result = train_one(weighted);
  ASSERT_EQ(result.status, TrainingStatus::kOk) << result.reason;
  EXPECT_EQ(
      std::count(result.evaluations[0].classes.begin(), result.evaluations[0].classes.end(), 0), 0);
}

TEST_F(FitOptions, StepsPerEpochGoOnOrRestartByProfile) {
  TrainingRequest counted = request();
  counted.fit.shuffle = false;
  counted.fit.batch_size = 32;
  counted.fit.steps_per_epoch = 2;
  counted.fit.epochs = 3;  // six steps: two passes of three batches
  counted.profile = "tf23";
  TrainingRequest passes = counted;
  passes.fit.steps_per_epoch.reset();
  passes.fit.epochs = 2;
  expect_same_weights(train_one(counted), train_one(passes));
  counted.profile = passes.profile = "keras3";  // two, one and two steps
  EXPECT_NE(train_one(counted).evaluations[0].scores, train_one(passes).evaluations[0].scores);
}

TEST_F(FitOptions, F1AndAucOfTheTrainingRows) {
  for (const char* metric : {"f1", "auc"}) {
    TrainingRequest still = request();
    still.metric = metric;
    still.compile.optimizer.learning_rate = 0;
    still.validation = still.train;
    const TrainingResult result = train_one(still);
    ASSERT_EQ(result.status, TrainingStatus::kOk) << result.reason;
    EXPECT_NEAR(result.epochs[1].metric, result.evaluations[0].value, 1e-12) << metric;
    EXPECT_NEAR(result.epochs[1].val_metric, result.evaluations[0].value, 1e-12) << metric;
  }
}

TEST_F(FitOptions, CallbacksAndSchedulesOfNeighboursStayTheirOwn) {
  std::vector<TrainingRequest> requests(4, request());
  for (std::size_t i = 0; i < requests.size(); ++i) requests[i].seed = i;
  requests[1].fit.callbacks = {{"LearningRateScheduler", {{"values", {0.05, 0.02, 0.01}}}}};
  requests[2].compile.optimizer.options["learning_rate"] = {{"class", "exponential_decay"},
                                                            {"initial_learning_rate", 0.05},
                                                            {"decay_steps", 4},
                                                            {"decay_rate", 0.5}};
  requests[3].fit.callbacks = {{"EarlyStopping", {{"monitor", "loss"}, {"baseline", -1.0}}}};
  const auto fused = train(requests);
  for (std::size_t i = 0; i < requests.size(); ++i) {
    expect_same_weights(fused[i], train_one(requests[i]));
  }
}

}  // namespace
}  // namespace dlfix::trainer::testing
