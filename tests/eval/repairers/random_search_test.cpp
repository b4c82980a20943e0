// The checks of the random-search description: marginals, invalid rate, streams, budget.
#include "eval/repairers/random_search.h"

#include "eval/repairers/factory.h"

#include <gtest/gtest.h>

#include "eval/repairers/changes.h"
#include "eval/repairers/study_space.h"
#include "fake_program.h"

namespace dlfix::eval {
namespace {

constexpr std::uint64_t kDraws = 20000;

SearchSpace study() {
  SpaceOptions options;
  options.reading = "study";
  return make_space(fake_program(), ProblemKind::kMultiClass, false, options);
}

TEST(RandomSearch, MarginalsAreUniform) {
  const SearchSpace space = study();
  std::map<std::string, std::map<std::string, double>> counts;
  std::vector<double> deciles(10, 0);
  double low = 0;
  for (std::uint64_t trial = 1; trial <= kDraws; ++trial) {
    const mapping::Config config = random_config(space, 11, trial, false);
    for (const auto& [name, value] : config) {
      if (name != "lr") counts[name][value.dump()] += 1;
    }
    const double rate = config.at("lr");
    deciles[static_cast<std::size_t>(rate)] += 1.0 / kDraws;
    low += rate <= 0.1 ? 1.0 / kDraws : 0;
  }
  for (const auto& [name, values] : counts) {
    const double expected = kDraws / static_cast<double>(space.find(name)->values.size());
    double chi = 0;
    for (const auto& [value, count] : values)
      chi += (count - expected) * (count - expected) / expected;
    EXPECT_EQ(values.size(), space.find(name)->values.size()) << name;
    EXPECT_LT(chi, 36.1) << name;  // 14 degrees of freedom at p = 0.001; none here has more
  }
  for (const double share : deciles) EXPECT_NEAR(share, 0.1, 0.01);
  EXPECT_NEAR(low, 0.01, 0.002);
}

TEST(RandomSearch, LogarithmicRates) {
  const SearchSpace space = study();
  double low = 0;
  for (std::uint64_t trial = 1; trial <= kDraws; ++trial) {
    low += random_config(space, 11, trial, true).at("lr").get<double>() <= 0.1 ? 1.0 / kDraws : 0;
  }
  EXPECT_NEAR(low, 5.0 / 7, 0.015);
}

TEST(RandomSearch, InvalidRateOfOrthogonalBiases) {
  for (const int biases : {1, 2, 3, 4, 6}) {
    RepairContext context;
    for (int i = 1; i <= biases; ++i) {
      Dimension dimension;
      dimension.name = "bi" + std::to_string(i);
      dimension.kind = "bias_initializer";
      dimension.values = {study_initializers().begin(), study_initializers().end()};
      dimension.initial = "zeros";
      context.space.dimensions.push_back(dimension);
    }
    double invalid = 0;
    for (std::uint64_t trial = 1; trial <= kDraws; ++trial) {
      const auto config = random_config(context.space, 5, trial, false);
      invalid += known_invalid(context, config).has_value() ? 1.0 / kDraws : 0;
    }
    EXPECT_NEAR(invalid, 1 - std::pow(12.0 / 13, biases), 0.012) << biases;
  }
}

TEST(RandomSearch, BudgetOfTenAndAHalfGivesTenTrials) {
  const mapping::Program program = fake_program();
  FakeRunner runner(program, classifier_response, 10.5);
  SpaceOptions options;
  options.reading = "study";
  options.freeze = {"epochs"};
  const RepairContext context = context_of(program, runner, options);
  const auto suggestion = RandomSearch({.batch = 1}).repair(context, runner);
  EXPECT_EQ(suggestion.history.size(), 10U);
  EXPECT_TRUE(suggestion.history[0].changes.empty());
}

TEST(RandomSearch, ConfigsDoNotDependOnCostOrBatch) {
  const mapping::Program program = fake_program();
  const auto sequence = [&](double budget, int batch) {
    FakeRunner runner(program, classifier_response, budget);
    const RepairContext context = context_of(program, runner);
    std::vector<mapping::Config> configs;
    for (const auto& trial :
         RandomSearch({.max_trials = 9, .batch = batch}).repair(context, runner).history) {
      configs.push_back(trial.changes);
    }
    return configs;
  };
  EXPECT_EQ(sequence(1000, 1), sequence(5000, 4));
}

TEST(StudySpace, ListsOrderAndEpochs) {
  EXPECT_EQ(study_epochs(10, 1.2, 1, 0),
            (std::vector<std::int64_t>{4, 5, 6, 8, 10, 12, 14, 17, 20}));
  EXPECT_EQ(study_epochs(1, 1.2, 1, 0), (std::vector<std::int64_t>{1, 2}));
  EXPECT_EQ(study_epochs(1, 1.1, 1, 0), (std::vector<std::int64_t>{1}));
  const SearchSpace space = study();
  std::vector<std::string> names;
  for (const auto& dimension : space.dimensions) names.push_back(dimension.name);
  EXPECT_EQ(names, (std::vector<std::string>{"loss", "batch_size", "optimizer", "lr", "ki1", "ki2",
                                             "ki3", "bi1", "bi2", "bi3", "act1", "act2", "act3",
                                             "epochs", "unit1", "unit2", "layer1", "layer2"}));
  EXPECT_EQ(space.find("loss")->values.size(), 13U);
  EXPECT_EQ(space.find("unit1")->values, (std::vector<nlohmann::json>{16, 32, 64}));
}

TEST(StudySpace, ForeignInitialValueComesLastAndFrozenStays) {
  mapping::Program program = fake_program();
  plant(program, "batch_size", 1);
  SpaceOptions options;
  options.reading = "study";
  options.freeze = {"unit1"};
  const SearchSpace space = make_space(program, ProblemKind::kMultiClass, false, options);
  EXPECT_EQ(space.find("batch_size")->values.back(), 1);
  EXPECT_EQ(space.find("batch_size")->values.size(), 7U);
  EXPECT_EQ(space.find("unit1")->values, (std::vector<nlohmann::json>{32}));
}

TEST(Settled, SharedSourceValuesMoveTogether) {
  mapping::Program program = fake_program();
  program.hyperparameters[5].span = program.hyperparameters[0].span;  // act2 reads act1's value
  ASSERT_EQ(program.hyperparameters[5].name, "act2");
  FakeRunner runner(program, classifier_response, 1);
  const RepairContext context = context_of(program, runner);
  EXPECT_EQ(settled(context, {{"act1", "tanh"}}),
            (mapping::Config{{"act1", "tanh"}, {"act2", "tanh"}}));
  EXPECT_FALSE(settled(context, {{"act1", "tanh"}, {"act2", "elu"}}).has_value());
  EXPECT_EQ(settled(context, {{"act1", "relu"}}), mapping::Config{});
  EXPECT_FALSE(settled(context, {{"nothing", 1}}).has_value());
}

TEST(RandomSearch, ASettingDearerThanTheBudgetDoesNotEndTheSearch) {
  const mapping::Program program = fake_program();
  FakeRunner runner(program, classifier_response, 6);
  RepairContext context = context_of(program, runner);
  for (auto& dimension : context.space.dimensions)
    if (dimension.name == "epochs") dimension.values = {10, 20, 200};  // half, one or ten trainings
  for (const std::uint64_t seed : {1U, 2U, 3U, 4U, 5U, 6U}) {
    FakeRunner own(program, classifier_response, 6);
    context.seed = seed;
    const RepairSuggestion found = make_repairer("random")->repair(context, own);
    EXPECT_GT(found.history.size(), 4U) << seed;
    EXPECT_EQ(found.stopped_because, "budget");
  }
}

TEST(Settled, LayersPutInAtOneSpotAreSeveral) {
  mapping::Program program = fake_program();
  for (const auto& [name, kind] :
       std::vector<std::pair<std::string, std::string>>{{"drop1", "dropout_insert"},
                                                        {"drop2", "dropout_insert"},
                                                        {"bn3", "batch_normalization"}}) {
    program.hyperparameters.push_back(parameter(name, kind, 0.0, 1));
    mapping::Hyperparameter& added = program.hyperparameters.back();
    added.inserted = true;
    added.attribute = "inserted";
    added.span = {"model.py", {90, 4}, {90, 4}};
    if (name == "bn3") added.value = false;
  }
  FakeRunner runner(program, classifier_response, 1);
  const RepairContext context = context_of(program, runner);
  EXPECT_EQ(with_shared_sources(context, {{"drop1", 0.5}, {"drop2", 0.2}, {"bn3", true}}),
            (mapping::Config{{"drop1", 0.5}, {"drop2", 0.2}, {"bn3", true}}));
}

/// A runner that can try nothing and charges nothing.
class RefusingRunner : public TrialRunner {
 public:
  std::vector<TrialResult> run(std::span<const mapping::Config> configs, int, int) override {
    return std::vector<TrialResult>(configs.size());
  }
  double budget_left() const override { return 20; }
  double estimate(const mapping::Config&) const override { return 1; }
  bool stopped() const override { return false; }
};

TEST(RandomSearch, EndsWhereNothingCanBeTried) {
  const auto program = fake_program();
  RepairContext context;
  context.program = &program;
  context.space = make_space(program, ProblemKind::kMultiClass, false, {});
  RefusingRunner runner;
  const auto found = make_repairer("random")->repair(context, runner);
  EXPECT_EQ(found.stopped_because, "space exhausted");
  EXPECT_TRUE(found.best.empty());
}

TEST(RandomSearch, OptimiserAndLearningRateOfOneExpressionAreTwoValues) {
  auto program = fake_program();
  for (auto& item : program.hyperparameters)
    if (item.name == "optimizer" || item.name == "lr") item.span = {"model.py", {90, 0}, {90, 6}};
  RepairContext context;
  context.program = &program;
  SpaceOptions options;
  options.freeze = {"epochs"};  // every trial costs one training
  context.space = make_space(program, ProblemKind::kMultiClass, false, options);
  context.faulty.values = {0.5};
  FakeRunner runner(
      program, [](const mapping::Config&) { return 0.5; }, 10);
  make_repairer("random")->repair(context, runner);
  EXPECT_GE(runner.trainings, 5);
}

}  // namespace
}  // namespace dlfix::eval
