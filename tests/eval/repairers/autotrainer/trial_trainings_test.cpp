// AutoTrainer's trainings as a search's runner does them.
#include "eval/repairers/autotrainer/trial_trainings.h"

#include <gtest/gtest.h>

namespace dlfix::eval::autotrainer {
namespace {

/// Trains nothing: flat accuracies for as many epochs as asked, or as many as it has itself.
class FlatRunner : public TrialRunner {
 public:
  explicit FlatRunner(std::int64_t own_end) : own_end_(own_end) {}

  std::vector<TrialResult> run(std::span<const mapping::Config>, int, int) override { return {}; }
  double budget_left() const override { return 1; }
  double estimate(const mapping::Config&) const override { return 1; }
  bool stopped() const override { return false; }
  std::optional<trainer::TrainingResult> train(trainer::TrainingRequest request) override {
    asked.push_back(request);
    trainer::TrainingResult result;
    result.status = trainer::TrainingStatus::kOk;
    result.trace.emplace();
    auto& checks = result.trace->checks;
    checks.names = {"epoch"};
    checks.columns.resize(1);
    const auto epochs = std::min(request.fit.epochs, own_end_);
    for (std::int64_t epoch = 0; epoch < epochs; ++epoch) {
      result.epochs.push_back({1, 0.2, 1, 0.2, 0.01});
      if (epoch % kCheckInterval == 0) checks.add_row({static_cast<double>(epoch)});
    }
    if (!request.keep_weights.empty()) result.weights = trainer::WeightsFile{"kept", "hash"};
    return result;
  }
  std::vector<trainer::TrainingRequest> asked;

 private:
  std::int64_t own_end_;
};

MonitorOptions options_of(std::int64_t epochs) {
  MonitorOptions options;
  options.epochs = epochs;
  options.heeds_own_end = true;
  return options;
}

TEST(TrialTrainings, AProblemCostsNoMoreEpochsThanItTookToBeFound) {
  FlatRunner runner(1000);
  TrialTrainings trainings({}, runner, KernelRule::kByName);
  const auto watched = trainings.watch({}, std::nullopt, options_of(40), 3);
  ASSERT_TRUE(watched);
  EXPECT_EQ(watched->problem, Problem::kSlow);
  EXPECT_EQ(watched->epochs, 13);  // after three tenths of 40, at a check
  ASSERT_EQ(runner.asked.size(), 1U);
  EXPECT_EQ(runner.asked[0].fit.epochs, 13);
  EXPECT_FALSE(runner.asked[0].keep_weights.empty());
  EXPECT_TRUE(runner.asked[0].trace);
}

TEST(TrialTrainings, ATrainingThatEndsByItselfIsJudgedByTheEpochsItHad) {
  FlatRunner runner(10);
  TrialTrainings trainings({}, runner, KernelRule::kByName);
  const auto watched = trainings.watch({}, std::nullopt, options_of(40), 3);
  ASSERT_TRUE(watched);
  EXPECT_EQ(watched->problem, Problem::kSlow);
  MonitorOptions published = options_of(40);
  published.heeds_own_end = false;
  EXPECT_FALSE(trainings.watch({}, std::nullopt, published, 3)->problem);
}

TEST(TrialTrainings, GoesOnFromWeightsByTheDesignsLayers) {
  FlatRunner runner(1000);
  TrialTrainings trainings({}, runner, KernelRule::kByName);
  Design design;
  design.source_layer = {0, -1, 1};
  const auto weights = trainings.weights(design, trainer::WeightsFile{"before", "x"}, 4, 3);
  ASSERT_TRUE(weights);
  EXPECT_EQ(weights->path, "kept");
  ASSERT_TRUE(runner.asked[0].start);
  EXPECT_EQ(runner.asked[0].start->file.path, "before");
  EXPECT_EQ(runner.asked[0].start->layers, design.source_layer);
  EXPECT_EQ(runner.asked[0].fit.epochs, 4);
}

}  // namespace
}  // namespace dlfix::eval::autotrainer
