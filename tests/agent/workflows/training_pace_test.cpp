#include "agent/workflows/training_pace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/workflows/repair_state.h"
#include "tests/agent/workflows/sample_program.h"

namespace dlfix::agent {
namespace {

using ::testing::ElementsAre;

/// Takes some time to start and some for every step.
class TimedTrainer : public trainer::Trainer {
 public:
  TimedTrainer(double start, double step) : start_(start), step_(step) {}
  void train(std::span<const trainer::TrainingRequest> requests,
             const trainer::TrainingCallbacks& callbacks) override {
    for (std::size_t i = 0; i < requests.size(); ++i) {
      const auto& train = requests[i].train;
      const std::int64_t rows = train.rows ? static_cast<std::int64_t>(train.rows->size())
                                           : train.labels.front().shape.front();
      const auto batch = requests[i].fit.batch_size;
      const auto steps = requests[i].fit.epochs * ((rows + batch - 1) / batch);
      if (i == 0) asked.push_back(steps);
      trainer::TrainingResult result;
      result.status = trainer::TrainingStatus::kOk;
      result.trainer = "timed";
      result.seconds = start_ + step_ * static_cast<double>(steps) / (requests.size() > 1 ? 4 : 1);
      callbacks.on_result(i, result);
    }
  }
  std::string device_kind() const override { return "cpu"; }

  std::vector<std::int64_t> asked;  ///< steps, of each batch

 private:
  double start_, step_;
};

class PaceTest : public testing::Test {
 protected:
  Pace measure(TimedTrainer& trainer, int rows) {
    Bench bench(trainer, reporter_, cancel_);
    RepairOptions options;
    options.program = write_program(folder_, sample_text(rows, "0.1"));
    const auto capture = [](const std::string& file, const std::string& directory) {
      return mapping::capture_program(file, directory, standin_probe());
    };
    const Subject subject = read_subject(options, capture, folder_.file(std::to_string(rows)));
    steps_ = static_cast<double>((subject.plan.train.size() + 15) / 16 * 10);
    return measure_training_pace(subject, bench, false);
  }

  TestFolder folder_;
  SilentReporter reporter_;
  std::atomic<bool> cancel_{false};
  double steps_ = 0;  ///< of the whole training
};

TEST_F(PaceTest, WhatStartingTakesIsPaidOnce) {
  TimedTrainer trainer(0.03, 1.2e-5);
  const Pace pace = measure(trainer, 60000);
  EXPECT_NEAR(pace.single, 0.03 + 1.2e-5 * steps_, 1e-9);
  EXPECT_NEAR(pace.fused, 0.03 + 1.2e-5 * steps_ / 4, 1e-9);
  // Warming up; alone, until the difference is clear; then ten at a time.
  EXPECT_THAT(trainer.asked, ElementsAre(1, 20, 200, 2000, 20000, 20, 200, 2000, 20000));
}

TEST_F(PaceTest, SlowStepsAreNotProbedLong) {
  TimedTrainer trainer(0.0, 0.3);
  const Pace pace = measure(trainer, 6000);
  EXPECT_EQ(pace.fused, pace.single) << "nor in batches";
  EXPECT_NEAR(pace.single, 0.3 * steps_, 1e-9);
  EXPECT_THAT(trainer.asked, ElementsAre(1, 20, 40));
}

TEST_F(PaceTest, AShortProbeThatIsMostlyStartingIsNotTakenForItsSteps) {
  TimedTrainer trainer(0.4, 1e-4);
  const Pace pace = measure(trainer, 60000);
  EXPECT_NEAR(pace.single, 0.4 + 1e-4 * steps_, 1e-9);
  EXPECT_THAT(trainer.asked, testing::Contains(testing::Ge(500)));
}

TEST_F(PaceTest, ShortTrainingsAreProbedWhole) {
  TimedTrainer trainer(0.001, 1e-6);
  const Pace pace = measure(trainer, 300);  // thirteen steps an epoch
  EXPECT_EQ(steps_, 130);
  EXPECT_NEAR(pace.single, 0.001 + 130e-6, 1e-12);
  EXPECT_THAT(trainer.asked, ElementsAre(1, 13, 130, 13, 130));
}

TEST_F(PaceTest, AnInterruptedProbeIsNothing) {
  TimedTrainer trainer(0.03, 1e-5);
  cancel_ = true;
  EXPECT_EQ(measure(trainer, 600).single, 0);
}

}  // namespace
}  // namespace dlfix::agent
