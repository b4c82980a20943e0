#include "agent/compare/search_trace.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace dlfix::agent {
namespace {

using ::testing::ElementsAre;

const mapping::Config kSlow = {{"lr", 0.1}}, kFast = {{"lr", 10.0}};

/// Answers from a table; each training costs two of the program's.
class TableRunner : public eval::TrialRunner {
 public:
  std::vector<eval::TrialResult> run(std::span<const mapping::Config> configs, int first_seed,
                                     int seeds) override {
    std::vector<eval::TrialResult> results;
    for (const auto& config : configs) {
      eval::TrialResult result;
      result.changes = config;
      for (int seed = first_seed; seed < first_seed + seeds; ++seed)
        result.values.push_back(values_.at(config).at(static_cast<std::size_t>(seed)));
      result.work = 7.0 * seeds;
      left_ -= 2.0 * seeds;
      results.push_back(std::move(result));
    }
    return results;
  }
  double budget_left() const override { return left_; }
  double estimate(const mapping::Config&) const override { return 2; }
  bool stopped() const override { return left_ <= 0; }
  bool reserve(double trainings) override { return trainings <= 1; }
  void give_up_below(std::optional<double> value) override { bar = value; }
  std::optional<trainer::TrainingRequest> program_request(std::uint64_t seed) const override {
    trainer::TrainingRequest request;
    request.seed = seed;
    return request;
  }
  std::optional<trainer::TrainingResult> train(trainer::TrainingRequest request) override {
    left_ -= 3;
    trainer::TrainingResult result;
    result.work = static_cast<double>(request.seed);
    return result;
  }

  std::optional<double> bar;

 private:
  std::map<mapping::Config, std::vector<double>> values_ = {{kSlow, {0.75, 0.5, 0.25}},
                                                            {kFast, {0.625, 0.625, 0.625}}};
  double left_ = 20;
};

/// Tries both once, then the better one twice more.
class TwoRounds : public eval::Repairer {
 public:
  std::string name() const override { return "two rounds"; }
  eval::RepairSuggestion repair(const eval::RepairContext&, eval::TrialRunner& runner) override {
    EXPECT_EQ(runner.estimate({}), 2);
    EXPECT_FALSE(runner.reserve(2));
    runner.run(std::vector{kFast, kSlow}, 0, 1);
    runner.run(std::vector{kSlow}, 1, 2);
    return {kFast, {}, "budget"};
  }
};

/// Trains what no config describes, and says afterwards which configs that amounts to.
class Continued : public eval::Repairer {
 public:
  std::string name() const override { return "continued"; }
  eval::RepairSuggestion repair(const eval::RepairContext&, eval::TrialRunner& runner) override {
    runner.give_up_below(0.5);
    const auto request = runner.program_request(17);
    EXPECT_TRUE(request);
    const auto result = runner.train(*request);
    EXPECT_TRUE(result);
    EXPECT_EQ(result->work, 17);
    eval::TrialResult failed, good;
    failed.changes = kSlow;
    good.changes = kFast;
    good.values = {0.875};
    return {kFast, {failed, good}, "solved"};
  }
};

eval::RepairContext context_of(double faulty, bool higher_is_better) {
  eval::RepairContext context;
  context.faulty.values = {faulty};
  context.higher_is_better = higher_is_better;
  return context;
}

TEST(SearchTrace, IsTheBestMeanAgainstWhatWasSpent) {
  SearchTrace trace;
  TableRunner runner;
  const auto technique = watched(std::make_unique<TwoRounds>(), trace);
  EXPECT_EQ(technique->name(), "two rounds");
  EXPECT_EQ(technique->repair(context_of(0.25, true), runner).stopped_because, "budget");
  // With three seeds kSlow falls to 0.5.
  EXPECT_THAT(trace.curve(), ElementsAre(CurvePoint{0, 0.25}, CurvePoint{2, 0.625},
                                         CurvePoint{4, 0.75}, CurvePoint{8, 0.625}));
  EXPECT_TRUE(trace.best_at(1.9).empty());
  EXPECT_EQ(trace.best_at(2), kFast);
  EXPECT_EQ(trace.best_at(7), kSlow);
  EXPECT_EQ(trace.best_at(20), kFast);
}

TEST(SearchTrace, NothingBetterThanTheProgramIsNoPatch) {
  SearchTrace trace;
  TableRunner runner;
  watched(std::make_unique<TwoRounds>(), trace)->repair(context_of(0.9, true), runner);
  EXPECT_THAT(trace.curve(), ElementsAre(CurvePoint{0, 0.9}, CurvePoint{8, 0.9}));
  EXPECT_TRUE(trace.best_at(20).empty());
}

TEST(SearchTrace, TrainingsWithoutAConfigReachTheRunnerAndCount) {
  SearchTrace trace;
  TableRunner runner;
  watched(std::make_unique<Continued>(), trace)->repair(context_of(0.25, true), runner);
  EXPECT_EQ(runner.bar, 0.5);
  EXPECT_THAT(trace.curve(), ElementsAre(CurvePoint{0, 0.25}, CurvePoint{3, 0.875}));
  EXPECT_TRUE(trace.best_at(2).empty());
  EXPECT_EQ(trace.best_at(3), kFast);
}

TEST(SearchTrace, LowerMayBeBetterAndANewSearchStartsAnew) {
  SearchTrace trace;
  for (int search = 0; search < 2; ++search) {
    TableRunner runner;
    watched(std::make_unique<TwoRounds>(), trace)->repair(context_of(0.7, false), runner);
    EXPECT_THAT(trace.curve(),
                ElementsAre(CurvePoint{0, 0.7}, CurvePoint{2, 0.625}, CurvePoint{8, 0.5}));
    EXPECT_EQ(trace.best_at(4), kFast);
    EXPECT_EQ(trace.best_at(20), kSlow);
  }
}

}  // namespace
}  // namespace dlfix::agent
