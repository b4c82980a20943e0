#include "eval/repairers/guided.h"

#include <gtest/gtest.h>

#include "eval/repairers/factory.h"
#include "fake_program.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

struct Fault {
  std::string name;
  mapping::Config planted;
  bool improving = false;
};

class GuidedFindsFault : public ::testing::TestWithParam<Fault> {};

/// Improvement rate of what guided suggests, judged without noise.
double rate_of(const Fault& fault, double noise, int* trainings = nullptr) {
  const mapping::Config healthy = fake_program().config();
  mapping::Program program = fake_program();
  for (const auto& [name, value] : fault.planted) plant(program, name, value);
  FakeRunner runner(program, classifier_response, 20, noise);
  RepairContext context = context_of(program, runner);
  context.symptoms.still_improving = fault.improving;
  const RepairSuggestion suggestion = Guided().repair(context, runner);
  if (trainings != nullptr) *trainings = runner.trainings;
  EXPECT_GE(runner.budget_left(), 0);
  mapping::Config patched = program.config();
  for (const auto& [name, value] : suggestion.best) patched[name] = value;
  const double bad = classifier_response(program.config());
  return (classifier_response(patched) - bad) / (classifier_response(healthy) - bad);
}

TEST_P(GuidedFindsFault, WithinBudgetTwenty) {
  int trainings = 0;
  EXPECT_GE(rate_of(GetParam(), 0.0, &trainings), 0.9);
  EXPECT_LE(trainings, 40);  // larger epochs cost more, fewer epochs less than one each
  EXPECT_GE(rate_of(GetParam(), 0.02), 0.85);  // triangular noise of +-0.02 between seeds
}

INSTANTIATE_TEST_SUITE_P(
    Faults, GuidedFindsFault,
    ::testing::Values(Fault{"loss", {{"loss", "mean_absolute_error"}}},
                      Fault{"rate_high", {{"lr", 3.0}}}, Fault{"rate_low", {{"lr", 1e-6}}},
                      Fault{"zeros", {{"ki1", "zeros"}}}, Fault{"output", {{"act3", "linear"}}},
                      Fault{"hidden", {{"act1", "linear"}, {"act2", "linear"}}},
                      Fault{"narrow", {{"unit1", 1}}}, Fault{"epochs", {{"epochs", 3}}, true},
                      Fault{"batch", {{"batch_size", 512}}},
                      Fault{"optimizer", {{"optimizer", "sgd"}, {"lr", 1e-4}}},
                      Fault{"two", {{"loss", "mean_absolute_error"}, {"lr", 1.0}}},
                      Fault{"hidden_pair", {{"ki2", "ones"}, {"act3", "linear"}}}),
    [](const auto& info) { return info.param.name; });

TEST(Guided, HealthyProgramKeepsItsSettings) {
  const mapping::Program program = fake_program();
  // Every change is neutral or worse: nothing but noise to be found.
  FakeRunner runner(
      program, [](const mapping::Config&) { return 0.9; }, 20, 0.0);
  EXPECT_TRUE(Guided().repair(context_of(program, runner), runner).best.empty());
}

TEST(Guided, SameAnswersSameSuggestion) {
  mapping::Program program = fake_program();
  plant(program, "lr", 3.0);
  FakeRunner first(program, classifier_response, 20, 0.02);
  FakeRunner second(program, classifier_response, 20, 0.02);
  const auto a = Guided().repair(context_of(program, first), first);
  const auto b = Guided().repair(context_of(program, second), second);
  EXPECT_EQ(a.best, b.best);
  EXPECT_EQ(a.history.size(), b.history.size());
}

TEST(Guided, TinyBudgetsEndCleanly) {
  mapping::Program program = fake_program();
  plant(program, "lr", 3.0);
  for (const double budget : {0.0, 0.4, 1.0, 2.0}) {
    FakeRunner runner(program, classifier_response, budget);
    const auto suggestion = Guided().repair(context_of(program, runner), runner);
    EXPECT_LE(runner.trainings, budget + 1);
    EXPECT_FALSE(suggestion.stopped_because.empty());
  }
}

TEST(Guided, PerfectResultsStopTheSearch) {
  mapping::Program program = fake_program();
  plant(program, "ki1", "zeros");
  FakeRunner runner(
      program, [](const mapping::Config& c) { return c.at("ki1") == "zeros" ? 0.1 : 1.0; }, 20);
  const auto suggestion = Guided().repair(context_of(program, runner), runner);
  EXPECT_EQ(suggestion.stopped_because, "perfect");
  EXPECT_TRUE(suggestion.best.contains("ki1"));
  EXPECT_LT(runner.trainings, 12);
}

TEST(Guided, OnlyWhatIsTriedOutMayBeGivenUp) {
  mapping::Program program = fake_program();
  plant(program, "lr", 3.0);
  FakeRunner runner(program, classifier_response, 20);
  Guided().repair(context_of(program, runner), runner);
  double best = 0;
  int barred = 0;
  for (const auto& [first_seed, bar] : runner.bars) {
    EXPECT_EQ(bar.has_value(), first_seed == 0)
        << "more seeds are for the best, which are finished";
    if (!bar) continue;
    ++barred;
    EXPECT_GE(*bar, best - 1e-9) << "the best so far";
    best = *bar;
  }
  EXPECT_GE(barred, 3);
  EXPECT_LT(barred, static_cast<int>(runner.bars.size()));
}

TEST(Guided, TriesWhatIsSuspectedEarlier) {
  mapping::Program program = fake_program();
  const auto place_of_batch = [&](std::map<std::string, double> suspects) {
    FakeRunner runner(program, classifier_response, 20);
    RepairContext context = context_of(program, runner);
    context.suspects = std::move(suspects);
    const auto history = Guided().repair(context, runner).history;
    const auto found = std::find_if(history.begin(), history.end(), [](const auto& trial) {
      return trial.changes.size() == 1 && trial.changes.contains("batch_size");
    });
    return found - history.begin();
  };
  EXPECT_LT(place_of_batch({{"batch_size", 1.0}}), place_of_batch({}));
}

TEST(Guided, OnlyWhatMayChangeChanges) {
  mapping::Program program = fake_program();
  plant(program, "lr", 3.0);
  FakeRunner runner(program, classifier_response, 20);
  SpaceOptions options;
  options.only = {"lr", "epochs"};
  const auto suggestion = Guided().repair(context_of(program, runner, options), runner);
  for (const auto& [name, value] : suggestion.best) EXPECT_TRUE(name == "lr" || name == "epochs");
  EXPECT_TRUE(suggestion.best.contains("lr"));
}

TEST(Factory, NamesAndUnknown) {
  EXPECT_EQ(make_repairer("guided")->name(), "guided");
  EXPECT_EQ(make_repairer("random")->name(), "random");
  EXPECT_THROW(make_repairer("magic"), support::InputError);
}

}  // namespace
}  // namespace dlfix::eval
