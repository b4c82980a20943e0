// AutoTrainer's solutions and its search, on trainings whose ends are written down.
#include "eval/repairers/autotrainer/loop.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "eval/repairers/autotrainer/patch.h"
#include "eval/repairers/autotrainer/solutions.h"
#include "tests/eval/repairers/fake_program.h"

namespace dlfix::eval::autotrainer {
namespace {

using nlohmann::json;
using ::testing::ElementsAre;

/// The fake program with layers that read one another, and biases.
mapping::Program chained_program() {
  mapping::Program program = fake_program();
  for (std::size_t i = 0; i < program.model.layers.size(); ++i) {
    auto& layer = program.model.layers[i];
    layer.name = "dense_" + std::to_string(i);
    layer.inbound = {{{static_cast<std::int64_t>(i) - 1, 0}}};
    layer.attributes["kernel_initializer"] = {{"class", "glorot_uniform"}};
    layer.attributes["bias_initializer"] = {{"class", "zeros"}};
  }
  program.model.inputs = {{-1, 0}};
  program.model.outputs = {{2, 0}};
  program.hyperparameters.push_back(parameter("bn2", "batch_normalization", false, 1));
  return program;
}

Design design_of(const mapping::Program& program) {
  return make_design(program.model, program.compile, program.fit);
}

Application applied(const std::string& solution, const Design& design, int attempt = 0,
                    bool faithful = false, Problem problem = Problem::kSlow) {
  RandomStream random(7);
  return apply(solution, design, {problem, attempt, faithful}, random);
}

std::vector<std::string> classes(const Design& design) {
  std::vector<std::string> names;
  for (const auto& layer : design.model.layers) names.push_back(layer.class_name);
  return names;
}

TEST(Solutions, HiddenActivationsAndInitialisersChangeAndTheOutputStays) {
  const auto program = chained_program();
  const Application selu = applied("selu", design_of(program));
  EXPECT_EQ(selu.design.model.layers[0].attributes["activation"], "selu");
  EXPECT_EQ(selu.design.model.layers[1].attributes["activation"], "selu");
  EXPECT_EQ(selu.design.model.layers[2].attributes["activation"], "softmax");
  const mapping::Config expected{{"act1", "selu"},         {"act2", "selu"},
                                 {"ki1", "lecun_uniform"}, {"ki2", "lecun_uniform"},
                                 {"bi1", "lecun_uniform"}, {"bi2", "lecun_uniform"}};
  const Patch patch = patch_of(program, selu.design);
  EXPECT_EQ(patch.changes, expected);
  EXPECT_TRUE(patch.whole);
}

TEST(Solutions, ALayerWithAnActivationLayerBehindItBecomesLinear) {
  auto program = chained_program();
  program.model.layers[1].class_name = "Activation";
  const Application tanh = applied("tanh", design_of(program));
  EXPECT_EQ(tanh.design.model.layers[0].attributes["activation"], "linear");
  EXPECT_EQ(tanh.design.model.layers[1].attributes["activation"], "relu");
}

TEST(Solutions, BatchNormalisationComesBehindEveryLayerButTheLastAndOnce) {
  const auto program = chained_program();
  const Application once = applied("bn", design_of(program));
  EXPECT_THAT(classes(once.design),
              ElementsAre("Dense", "BatchNormalization", "Dense", "BatchNormalization", "Dense"));
  EXPECT_THAT(once.design.program_layer, ElementsAre(0, -1, 1, -1, 2));
  EXPECT_THAT(once.design.source_layer, ElementsAre(0, -1, 1, -1, 2));
  EXPECT_EQ(patch_of(program, once.design).changes, (mapping::Config{{"bn2", true}}));
  EXPECT_THAT(classes(applied("bn", once.design).design), ::testing::SizeIs(5));
  // From then on the new layers have weights of their own to go on from.
  EXPECT_THAT(applied("selu", once.design).design.source_layer, ElementsAre(0, 1, 2, 3, 4));
}

TEST(Solutions, LeakyPutsActivationLayersIn) {
  const auto program = chained_program();
  const Application leaky = applied("leaky", design_of(program));
  EXPECT_THAT(classes(leaky.design),
              ElementsAre("Dense", "LeakyReLU", "Dense", "LeakyReLU", "Dense"));
  EXPECT_EQ(leaky.design.model.layers[0].attributes["activation"], "linear");
  EXPECT_EQ(leaky.design.model.layers[4].attributes["activation"], "softmax");
  EXPECT_FALSE(patch_of(program, leaky.design).whole);
  const Patch elu = patch_of(program, applied("leaky", design_of(program), 1).design);
  EXPECT_TRUE(elu.whole);
  EXPECT_EQ(elu.changes, (mapping::Config{{"act1", "elu"}, {"act2", "elu"}}));
}

TEST(Solutions, InitialDrawsHiddenLayersAnewOnlyWhereTheDefectIsMended) {
  const auto program = chained_program();
  EXPECT_THAT(applied("initial", design_of(program)).design.source_layer, ElementsAre(-1, -1, 2));
  EXPECT_THAT(applied("initial", design_of(program), 0, true).design.source_layer,
              ElementsAre(0, 1, 2));
}

TEST(Solutions, LearningRatesGoUpAgainstSlownessAndDownAgainstOscillation) {
  const auto program = chained_program();  // adam, 0.001
  const auto rate = [&](int attempt, Problem problem) {
    return applied("lr", design_of(program), attempt, true, problem)
        .design.compile.optimizer.learning_rate;
  };
  EXPECT_DOUBLE_EQ(rate(0, Problem::kSlow), 0.001);
  EXPECT_DOUBLE_EQ(rate(2, Problem::kSlow), 0.1);
  EXPECT_DOUBLE_EQ(rate(2, Problem::kOscillating), 1e-5);
  EXPECT_EQ(applied("lr", design_of(program)).verdict, Verdict::kSkipAttempt);
  EXPECT_EQ(applied("lr", design_of(program), 1).verdict, Verdict::kApplied);
}

TEST(Solutions, ThePublishedBatchSizesEndWhereTheProgramHasTheFirst) {
  const auto program = chained_program();  // 32
  EXPECT_EQ(applied("batch", design_of(program), 0, true).verdict, Verdict::kSkipSolution);
  EXPECT_EQ(applied("batch", design_of(program)).verdict, Verdict::kSkipAttempt);
  EXPECT_EQ(applied("batch", design_of(program), 3).design.fit.batch_size, 256);
}

TEST(Solutions, WhatNoHyperparameterHoldsIsSaid) {
  const auto program = chained_program();
  for (const char* solution : {"gradient", "ReduceLR", "GN"}) {
    const Application application = applied(solution, design_of(program));
    ASSERT_EQ(application.verdict, Verdict::kApplied) << solution;
    const Patch patch = patch_of(program, application.design);
    EXPECT_FALSE(patch.whole) << solution;
    EXPECT_TRUE(patch.changes.empty()) << solution;
  }
  EXPECT_EQ(classes(applied("GN", design_of(program)).design).front(), "GaussianNoise");
  // As published: neither the callback nor, at the very beginning, the noise.
  EXPECT_TRUE(applied("ReduceLR", design_of(program), 0, true).design.fit.callbacks.empty());
  EXPECT_EQ(classes(applied("GN", design_of(program), 0, true).design).size(), 3U);
}

TEST(Solutions, MendedOptimisersAreNotTriedTwice) {
  const auto program = chained_program();
  std::set<std::string> names;
  for (int attempt = 0; attempt < 3; ++attempt)
    names.insert(applied("optimizer", design_of(program), attempt).design.compile.optimizer.name);
  EXPECT_EQ(names.size(), 3U);
  EXPECT_FALSE(names.contains("adam"));
}

/// Ends of trainings in the order in which they are run.
class WrittenTrainings : public Trainings {
 public:
  explicit WrittenTrainings(std::vector<WatchedTraining> ends) : ends_(std::move(ends)) {}

  std::optional<WatchedTraining> watch(const Design& design,
                                       const std::optional<trainer::WeightsFile>& from,
                                       const MonitorOptions& monitor, std::uint64_t) override {
    if (next_ == ends_.size()) return std::nullopt;
    started_from.push_back(from ? from->path : "");
    sources.push_back(design.source_layer);
    bounds.push_back(monitor.good_accuracy);
    return ends_[next_++];
  }
  std::optional<trainer::WeightsFile> weights(const Design&,
                                              const std::optional<trainer::WeightsFile>&,
                                              std::int64_t, std::uint64_t seed) override {
    return trainer::WeightsFile{"of " + std::to_string(seed), ""};
  }
  std::set<std::int64_t> broken_layers(const trainer::WeightsFile&) override { return broken; }

  std::vector<std::string> started_from;
  std::vector<std::vector<std::int64_t>> sources;
  std::vector<double> bounds;
  std::set<std::int64_t> broken;

 private:
  std::vector<WatchedTraining> ends_;
  std::size_t next_ = 0;
};

WatchedTraining end_with(std::optional<Problem> problem, double accuracy = 0.5) {
  return {problem, 3, accuracy, accuracy, false, ""};
}

std::vector<WatchedTraining> always(Problem problem, std::size_t count) {
  return std::vector<WatchedTraining>(count, end_with(problem));
}

Report run_on(WrittenTrainings& trainings, bool faithful = true) {
  return run(design_of(chained_program()), trainings, {faithful, 0});
}

TEST(Loop, AProgramWithoutAProblemIsLeftAlone) {
  WrittenTrainings trainings({end_with(std::nullopt)});
  const Report report = run_on(trainings);
  EXPECT_EQ(report.outcome, Outcome::kNoProblem);
  EXPECT_TRUE(report.attempts.empty());
}

TEST(Loop, ExhaustedListsHaveThePublishedNumbersOfAttempts) {
  // The study's raw runs: 8 for dying units, 6 for explosion; 9 for slow convergence.
  for (const auto& [problem, attempts] :
       {std::pair{Problem::kDying, 8U}, std::pair{Problem::kExploding, 6U},
        std::pair{Problem::kSlow, 9U}, std::pair{Problem::kVanishing, 3U}}) {
    WrittenTrainings trainings(always(problem, 30));
    const Report report = run_on(trainings);
    EXPECT_EQ(report.outcome, Outcome::kNone);
    EXPECT_EQ(report.attempts.size(), attempts) << to_string(problem);
  }
}

TEST(Loop, TheFirstAttemptWithoutAProblemSolvesIt) {
  auto ends = always(Problem::kSlow, 4);
  ends.push_back(end_with(std::nullopt, 0.3));
  WrittenTrainings trainings(ends);
  const Report report = run_on(trainings);
  EXPECT_EQ(report.outcome, Outcome::kSolved);
  EXPECT_EQ(report.attempts.size(), 4U);
  EXPECT_EQ(report.returned, 3);
  EXPECT_EQ(report.attempts.back().solution, "lr");
}

TEST(Loop, GoesOnFromTheBestModelThatHasAnotherProblemAndUsesSolutionsUp) {
  // Vanishing; the second of three attempts turns it into an explosion, of which gradient and tanh
  // are left; then vanishing again.
  WrittenTrainings trainings({end_with(Problem::kVanishing), end_with(Problem::kVanishing),
                              end_with(Problem::kExploding, 0.6), end_with(Problem::kVanishing),
                              end_with(Problem::kExploding), end_with(Problem::kExploding),
                              end_with(Problem::kVanishing, 0.9)});
  const Report report = run_on(trainings);
  EXPECT_EQ(report.outcome, Outcome::kPotential);
  EXPECT_EQ(report.attempts.size(), 6U);
  EXPECT_EQ(report.returned, 1) << "the last round's model is not considered";
  EXPECT_EQ(report.attempts[3].solution, "gradient");
  EXPECT_EQ(report.attempts[5].solution, "tanh");
  EXPECT_THAT(trainings.started_from,
              ElementsAre("", "of 0", "of 0", "of 0", "of 2", "of 2", "of 2"));
}

TEST(Loop, TheBoundOnAccuracyIsForgottenOnlyAsPublished) {
  for (const bool faithful : {true, false}) {
    WrittenTrainings trainings({end_with(Problem::kSlow), end_with(std::nullopt)});
    run_on(trainings, faithful);
    EXPECT_THAT(trainings.bounds, ElementsAre(0.6, faithful ? 0.7 : 0.6));
  }
}

TEST(Loop, LayersThatHoldNoNumbersAreRebuiltByNewActivations) {
  WrittenTrainings trainings(always(Problem::kExploding, 30));
  trainings.broken = {1};
  run_on(trainings);
  EXPECT_THAT(trainings.sources[1], ElementsAre(0, -1, 2));  // selu
  EXPECT_THAT(trainings.sources[3], ElementsAre(0, 1, 2));   // gradient
}

TEST(Loop, EndsWithWhatThereIsWhenNothingMoreMayBeTrained) {
  WrittenTrainings trainings(always(Problem::kDying, 3));
  const Report report = run_on(trainings);
  EXPECT_EQ(report.outcome, Outcome::kInterrupted);
  EXPECT_EQ(report.attempts.size(), 2U);
}

TEST(Loop, AnAttemptThatCannotBeTrainedIsNotTheEnd) {
  auto ends = always(Problem::kVanishing, 4);
  ends[1].failed = true;
  ends[1].problem.reset();
  WrittenTrainings trainings(ends);
  EXPECT_EQ(run_on(trainings).attempts.size(), 3U);
}

}  // namespace
}  // namespace dlfix::eval::autotrainer
