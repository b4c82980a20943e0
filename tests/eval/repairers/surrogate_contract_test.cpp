// What BOHB and HEBO promise as repairers, in every reading.
#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "eval/repairers/bohb.h"
#include "eval/repairers/changes.h"
#include "eval/repairers/factory.h"
#include "eval/repairers/fidelity.h"
#include "eval/repairers/hebo.h"
#include "eval/repairers/space_axes.h"
#include "eval/repairers/study_space.h"
#include "eval/statistics/descriptive.h"
#include "fake_program.h"
#include "trainer/support/errors.h"

namespace dlfix::eval {
namespace {

constexpr int kTrials = 14;  // a few beyond HEBO's design

struct Searcher {
  std::string technique;
  ToolReading tools;
};

std::unique_ptr<Repairer> make(const Searcher& searcher, int trials) {
  if (searcher.technique == "bohb") {
    return std::make_unique<Bohb>(BohbOptions{.tools = searcher.tools, .max_trials = trials});
  }
  return std::make_unique<Hebo>(HeboOptions{.tools = searcher.tools, .max_trials = trials});
}

class SurrogateContract : public ::testing::TestWithParam<Searcher> {
 protected:
  RepairSuggestion search(const RepairContext& context, TrialRunner& runner,
                          int trials = kTrials) const {
    return make(GetParam(), trials)->repair(context, runner);
  }
  bool mended() const { return GetParam().tools == ToolReading::kMended; }
};

std::string parameter_name(const ::testing::TestParamInfo<Searcher>& info) {
  return info.param.technique + "_" + to_string(info.param.tools);
}

INSTANTIATE_TEST_SUITE_P(All, SurrogateContract,
                         ::testing::Values(Searcher{"bohb", ToolReading::kMended},
                                           Searcher{"bohb", ToolReading::kFaithful},
                                           Searcher{"bohb", ToolReading::kStudy},
                                           Searcher{"hebo", ToolReading::kMended},
                                           Searcher{"hebo", ToolReading::kFaithful},
                                           Searcher{"hebo", ToolReading::kStudy}),
                         &parameter_name);

std::vector<std::string> tried(const RepairSuggestion& suggestion) {
  std::vector<std::string> keys;
  for (const TrialResult& result : suggestion.history) {
    keys.push_back(std::to_string(result.fidelity) + config_key(result.changes));
  }
  return keys;
}

mapping::Program faulty_program() {
  mapping::Program program = fake_program();
  plant(program, "lr", 3.0);
  plant(program, "act3", "relu");
  return program;
}

TEST_P(SurrogateContract, TheFaultyProgramComesFirstAndTheSeedDecidesTheRest) {
  const auto program = faulty_program();
  const auto run = [&](std::uint64_t seed) {
    FakeRunner runner(program, classifier_response, 200, 0.01);
    RepairContext context = context_of(program, runner);
    context.seed = seed;
    return search(context, runner);
  };
  const RepairSuggestion one = run(1);
  ASSERT_GE(one.history.size(), 10U);
  EXPECT_TRUE(one.history[0].changes.empty());
  EXPECT_EQ(tried(one), tried(run(1)));
  // The published design of HEBO does not know a seed.
  if (GetParam().technique != "hebo" || mended()) {
    EXPECT_NE(tried(one), tried(run(2)));
  }
}

/// Answers until it is told to stop, as an interrupted run does.
class StoppingRunner : public FakeRunner {
 public:
  StoppingRunner(const mapping::Program& program, double budget, int trainings_until_stop)
      : FakeRunner(program, classifier_response, budget), most_(trainings_until_stop) {}
  bool stopped() const override { return trainings >= most_; }

 private:
  int most_;
};

TEST_P(SurrogateContract, AnInterruptedSearchGoesOnAsIfItHadNotBeen) {
  const auto program = faulty_program();
  StoppingRunner interrupted(program, 200, 6);
  const RepairContext context = context_of(program, interrupted);
  const RepairSuggestion half = search(context, interrupted);
  EXPECT_EQ(half.stopped_because, "interrupted");
  StoppingRunner again(program, 200, 1000);  // the answers of the first part are the same
  const RepairSuggestion whole = search(context, again);
  const auto first = tried(half);
  const auto all = tried(whole);
  ASSERT_LT(first.size(), all.size());
  EXPECT_TRUE(std::equal(first.begin(), first.end(), all.begin()));
}

/// Some configs crash, some have no number, some cannot be written.
class TroubledRunner : public FakeRunner {
 public:
  using FakeRunner::FakeRunner;
  std::vector<TrialResult> run(std::span<const mapping::Config> configs, int first_seed,
                               int seeds) override {
    auto results = FakeRunner::run(configs, first_seed, seeds);
    for (TrialResult& result : results) {
      if (result.changes.empty()) continue;
      const int kind = ++count_ % 4;
      if (kind == 0) result.values = {0};
      if (kind == 1) result.values.clear();
      if (kind == 2) result.values = {std::numeric_limits<double>::quiet_NaN()};
      if (kind != 3) result.failures = {"broken"};
    }
    return results;
  }

 private:
  int count_ = 0;
};

TEST_P(SurrogateContract, CrashesAndNumbersThatAreNone) {
  const auto program = faulty_program();
  TroubledRunner runner(program, classifier_response, 300);
  const RepairContext context = context_of(program, runner);
  const RepairSuggestion found = search(context, runner, 24);
  EXPECT_GE(found.history.size(), 16U);
  for (const TrialResult& result : found.history) {
    if (result.changes == found.best && !found.best.empty()) {
      EXPECT_TRUE(result.usable());
    }
  }
}

TEST_P(SurrogateContract, AllTrainingsCrash) {
  const auto program = faulty_program();
  FakeRunner runner(
      program, [](const mapping::Config&) { return std::nan(""); }, 60);
  RepairContext context = context_of(program, runner);
  context.faulty.values = {0.3};
  const RepairSuggestion found = search(context, runner, 25);
  EXPECT_TRUE(found.best.empty());
  EXPECT_GE(found.history.size(), 10U);
}

TEST_P(SurrogateContract, AConstantObjectiveHasNoBest) {
  const auto program = faulty_program();
  FakeRunner runner(
      program, [](const mapping::Config&) { return 0.5; }, 200);
  const RepairContext context = context_of(program, runner);
  const RepairSuggestion found = search(context, runner);
  EXPECT_TRUE(found.best.empty());
  EXPECT_GE(found.history.size(), 10U);
}

TEST_P(SurrogateContract, OneValueDimensionsDoNotMove) {
  const auto program = faulty_program();
  SpaceOptions options;
  options.reading = "study";
  options.freeze = {"activation", "units", "layer_repeat", "epochs", "bias_initializer"};
  FakeRunner runner(program, classifier_response, 60);
  const RepairContext context = context_of(program, runner, options);
  for (const TrialResult& result : search(context, runner).history) {
    for (const auto& [name, value] : result.changes) {
      EXPECT_GT(context.space.find(name)->kind == "learning_rate"
                    ? 2U
                    : context.space.find(name)->values.size(),
                1U)
          << name;
    }
  }
}

TEST_P(SurrogateContract, ASpaceOfNothingEnds) {
  const auto program = faulty_program();
  FakeRunner runner(program, classifier_response, 20);
  RepairContext context = context_of(program, runner);
  context.space.dimensions.clear();
  const RepairSuggestion found = search(context, runner);
  EXPECT_TRUE(found.best.empty());
  EXPECT_EQ(found.stopped_because, "space exhausted");
}

TEST_P(SurrogateContract, ASmallSpaceEnds) {
  const auto program = faulty_program();
  FakeRunner runner(program, classifier_response, 30);
  RepairContext context = context_of(program, runner);
  std::erase_if(context.space.dimensions, [](const Dimension& dimension) {
    return dimension.name != "batch_size" && dimension.name != "act3";
  });
  context.space.dimensions[0].values.resize(2);
  const RepairSuggestion found = search(context, runner, 60);
  if (!mended()) return;  // as published they try again and again
  EXPECT_EQ(found.stopped_because, "space exhausted");
  auto keys = tried(found);
  // What is promoted may have been tried at its new share before; then it costs nothing.
  const std::string smallest = *std::min_element(keys.begin(), keys.end());
  const std::string share = smallest.substr(0, smallest.find('{'));
  std::erase_if(keys, [&](const std::string& key) { return !key.starts_with(share); });
  EXPECT_EQ(std::set<std::string>(keys.begin(), keys.end()).size(), keys.size());
}

TEST_P(SurrogateContract, BudgetsBelowATraining) {
  const auto program = faulty_program();
  for (const double budget : {0.0, 0.4, 1.0, 2.5}) {
    FakeRunner runner(program, classifier_response, budget);
    const RepairContext context = context_of(program, runner);
    const RepairSuggestion found = search(context, runner, 0);
    EXPECT_LE(runner.trainings, 20) << budget;
    EXPECT_GE(found.history.size(), 1U);
    EXPECT_TRUE(found.history[0].changes.empty());
  }
}

TEST_P(SurrogateContract, ASettingDearerThanTheBudgetDoesNotEndTheSearch) {
  const auto program = faulty_program();
  FakeRunner runner(program, classifier_response, 8);
  RepairContext context = context_of(program, runner);
  for (auto& dimension : context.space.dimensions) {
    if (dimension.name == "epochs") dimension.values = {10, 20, 2000};
  }
  for (const std::uint64_t seed : {1U, 2U, 3U}) {
    FakeRunner own(program, classifier_response, 8);
    context.seed = seed;
    EXPECT_GE(search(context, own, 0).history.size(), 5U) << seed;
  }
}

TEST_P(SurrogateContract, LossesAreMinimised) {
  const auto program = faulty_program();
  FakeRunner runner(
      program, [](const mapping::Config& config) { return 1 - classifier_response(config); }, 200);
  RepairContext context = context_of(program, runner);
  context.higher_is_better = false;
  const RepairSuggestion found = search(context, runner, 30);
  double lowest = 1;
  for (const TrialResult& result : found.history) {
    if (result.fidelity >= 1) lowest = std::min(lowest, result.mean());
  }
  ASSERT_FALSE(found.best.empty());
  EXPECT_DOUBLE_EQ(runner.value(found.best, 0), lowest);
}

TEST(Bohb, OnlyWholeTrainingsMayBecomeAPatch) {
  const auto program = faulty_program();
  FakeRunner runner(program, classifier_response, 30);
  const RepairContext context = context_of(program, runner);
  const RepairSuggestion found = Bohb().repair(context, runner);
  std::map<double, int> shares;
  double best = 0;
  for (const TrialResult& result : found.history) {
    ++shares[std::round(result.fidelity * 9)];
    if (result.fidelity >= 1) best = std::max(best, result.mean());
  }
  EXPECT_GE(shares[1], 9);
  EXPECT_GE(shares[3], 3);
  EXPECT_GE(shares[9], 2);
  EXPECT_EQ(shares.size(), 3U);
  ASSERT_FALSE(found.best.empty());
  EXPECT_DOUBLE_EQ(runner.value(found.best, 0), best);
}

TEST(Bohb, FlatWithoutPartialTrainingsOrEpochs) {
  auto program = faulty_program();
  FakeRunner runner(program, classifier_response, 30);
  const RepairContext context = context_of(program, runner);
  EXPECT_TRUE(can_cut_epochs(context));
  for (const auto& result : Bohb({.partial_trainings = false}).repair(context, runner).history) {
    EXPECT_EQ(result.fidelity, 1);
  }
  SpaceOptions frozen;
  frozen.freeze = {"epochs"};
  plant(program, "epochs", 2);
  FakeRunner short_runner(program, classifier_response, 10);
  const RepairContext short_context = context_of(program, short_runner, frozen);
  EXPECT_FALSE(can_cut_epochs(short_context));
  for (const auto& result : Bohb().repair(short_context, short_runner).history) {
    EXPECT_EQ(result.fidelity, 1);
  }
}

TEST(Bohb, SaysHowManyProposalsCameFromTheModel) {
  const auto program = faulty_program();
  FakeRunner runner(program, classifier_response, 100);
  RepairContext context = context_of(program, runner);
  std::erase_if(context.space.dimensions,
                [](const Dimension& dimension) { return dimension.kind != "activation"; });
  std::vector<std::string> notes;
  context.note = [&](const std::string& sentence) { notes.push_back(sentence); };
  Bohb({.max_trials = 40}).repair(context, runner);
  ASSERT_FALSE(notes.empty());
  EXPECT_NE(notes.back().find("proposals came from the model"), std::string::npos);
  EXPECT_EQ(notes.back().find(" 0 of"), std::string::npos);
}

TEST(Bohb, InTheStudysReadingConfigsAreUniform) {
  const auto program = fake_program();
  FakeRunner runner(program, classifier_response, 1e9);
  SpaceOptions options;
  options.reading = "study";
  RepairContext context = context_of(program, runner, options);
  std::erase_if(context.space.dimensions, [](const Dimension& dimension) {
    return dimension.kind == "bias_initializer" || dimension.kind == "loss";  // have invalid values
  });
  const auto found =
      Bohb({.tools = ToolReading::kStudy, .max_trials = 201}).repair(context, runner);
  ASSERT_EQ(found.history.size(), 201U);
  std::map<std::string, std::map<std::string, double>> counts;
  std::vector<double> fifths(5, 0);
  for (std::size_t i = 1; i < found.history.size(); ++i) {
    for (const Dimension& dimension : context.space.dimensions) {
      const auto changed = found.history[i].changes.find(dimension.name);
      const auto& value =
          changed == found.history[i].changes.end() ? dimension.initial : changed->second;
      if (dimension.name == "lr") {
        fifths[static_cast<std::size_t>(value.get<double>() / 2)] += 1;
      } else {
        counts[dimension.name][value.dump()] += 1;
      }
    }
  }
  for (const auto& [name, values] : counts) {
    const double expected = 200 / static_cast<double>(context.space.find(name)->values.size());
    double chi = 0;
    for (const auto& [value, count] : values)
      chi += (count - expected) * (count - expected) / expected;
    EXPECT_LT(chi, 36.1) << name;  // 14 degrees of freedom at p = 0.001; none here has more
  }
  for (const double count : fifths) EXPECT_NEAR(count, 40, 20);
}

TEST(Hebo, TheStudysReadingBeginsWithThePublishedDesign) {
  const auto program = fake_program();
  SpaceOptions options;
  options.reading = "study";
  FakeRunner runner(program, classifier_response, 1e6);
  RepairContext context = context_of(program, runner, options);
  context.one_hot_labels = true;
  std::erase_if(context.space.dimensions, [](const Dimension& dimension) {
    return dimension.kind == "bias_initializer";  // its middle is orthogonal and refused
  });
  const auto history =
      Hebo({.tools = ToolReading::kStudy, .max_trials = 4}).repair(context, runner).history;
  ASSERT_GE(history.size(), 3U);
  // The second point is the middle of every range, halves rounded to even: index 6 of 13.
  const mapping::Config& middle = history[2].changes;
  EXPECT_DOUBLE_EQ(middle.at("lr").get<double>(), 1e-6 + 0.5 * (10 - 1e-6));
  EXPECT_EQ(middle.at("loss"), study_losses()[6]);
  EXPECT_EQ(middle.at("ki1"), study_initializers()[6]);
  EXPECT_EQ(middle.at("batch_size"), 64);
}

TEST(SpaceAxes, MendedOrdersNumbersAndLeavesOutWhatCannotBe) {
  auto program = faulty_program();
  program.hyperparameters[5].span = program.hyperparameters[0].span;  // act2 reads act1's value
  SpaceOptions options;
  options.reading = "study";
  options.freeze = {"unit1"};
  FakeRunner runner(program, classifier_response, 1);
  RepairContext context = context_of(program, runner, options);
  for (auto& dimension : context.space.dimensions) {
    if (dimension.name == "batch_size") dimension.values = {64, 128, 16, 32};
  }
  const SpaceAxes axes = SpaceAxes::mended(context);
  std::set<std::string> names;
  for (const Axis& axis : axes.axes()) {
    names.insert(axis.name);
    if (axis.name == "batch_size") {
      EXPECT_EQ(axis.kind, Axis::Kind::kOrdered);
      EXPECT_EQ(axis.values, (std::vector<nlohmann::json>{16, 32, 64, 128}));
    }
    if (axis.name == "bi1") {
      EXPECT_EQ(axis.values.size(), 12U);  // no orthogonal
    }
    if (axis.name == "lr") {
      EXPECT_EQ(axis.kind, Axis::Kind::kNumber);
    }
  }
  EXPECT_EQ(names.count("unit1"), 0U);
  EXPECT_EQ(names.count("act2"), 0U);
  EXPECT_EQ(names.count("act1"), 1U);
  EXPECT_EQ(SpaceAxes::as_published(context).axes().size(), context.space.dimensions.size());
  const auto own = axes.places({});
  ASSERT_TRUE(own.has_value());
  EXPECT_EQ(axes.changes(*own), mapping::Config{});
  Places moved = *own;
  for (std::size_t i = 0; i < moved.size(); ++i) {
    if (axes.axes()[i].name == "act1") moved[i] = moved[i] == 0 ? 1 : 0;
  }
  const auto changes = axes.changes(moved);
  ASSERT_TRUE(changes.has_value());
  EXPECT_EQ(changes->at("act1"), changes->at("act2"));
  EXPECT_EQ(axes.places(*changes), moved);
}

TEST(Fidelity, EpochsAreCutAndNeverBelowOne) {
  const auto program = faulty_program();
  FakeRunner runner(program, classifier_response, 10);
  const RepairContext context = context_of(program, runner);
  EXPECT_EQ(with_epochs_cut(context, {{"act1", "tanh"}}, 1.0 / 9),
            (mapping::Config{{"act1", "tanh"}, {"epochs", 2}}));
  EXPECT_EQ(with_epochs_cut(context, {{"epochs", 3}}, 1.0 / 9), (mapping::Config{{"epochs", 1}}));
  EXPECT_EQ(with_epochs_cut(context, {{"epochs", 60}}, 1.0 / 3), mapping::Config{});
  const mapping::Config config{{"act1", "tanh"}};
  const auto results = run_share(context, runner, {&config, 1}, 1.0 / 3);
  ASSERT_EQ(results.size(), 1U);
  EXPECT_EQ(results[0].changes, config);
  EXPECT_DOUBLE_EQ(results[0].fidelity, 1.0 / 3);
  EXPECT_NEAR(runner.budget_left(), 10 - 7.0 / 20, 1e-9);
}

TEST(ToolReading, Names) {
  EXPECT_EQ(parse_tool_reading("study"), ToolReading::kStudy);
  EXPECT_EQ(to_string(ToolReading::kMended), "mended");
  EXPECT_THROW(parse_tool_reading("other"), support::InputError);
  EXPECT_EQ(make_repairer("bohb")->name(), "bohb");
  EXPECT_EQ(make_repairer("hebo", {.tools = ToolReading::kStudy})->name(), "hebo-study");
  EXPECT_EQ(make_repairer("hebo-mended", {.tools = ToolReading::kStudy})->name(), "hebo");
  for (const char* name : {"bohb-study", "bohb-faithful", "bohb-flat", "hebo-faithful"}) {
    EXPECT_EQ(make_repairer(name)->name(), name);
  }
  for (const char* name : {"random-study", "hebo-flat", "bohb-other", "bohb-", "-study"}) {
    EXPECT_THROW(make_repairer(name), support::InputError) << name;
  }
}

}  // namespace
}  // namespace dlfix::eval
