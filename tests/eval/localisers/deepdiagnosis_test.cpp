// DeepDiagnosis's symptoms and fixes on records made by hand.
#include "eval/localisers/deepdiagnosis/deepdiagnosis.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>

#include "programs.h"

namespace dlfix::eval::testing {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

/// Dense 4, relu, Dense 3, softmax, as layers of their own: everything is as it should be.
struct Training {
  mapping::Program program =
      program_of({dense(4), layer("Activation", {{"activation", "relu"}}), dense(3),
                  layer("Activation", {{"activation", "softmax"}})},
                 {4}, "categorical_crossentropy", 3);
  DeepDiagnosisInput input;

  explicit Training(int epochs = 1, int planned = 40) {
    input.ranges = {0, 1, 0, 1};
    input.planned_epochs = planned;
    input.learning_rate = 0.1;
    for (int e = 0; e < epochs; ++e) {
      const double drift = 0.01 * e;
      EpochObservation epoch;
      epoch.loss = 1 - drift;
      epoch.accuracy = 0.5 + drift;
      for (int i = 0; i < 4; ++i) {
        LayerObservation seen;
        seen.output_mean = 0.3 + drift;
        seen.output_min = 0;
        seen.output_max = 1;
        seen.nonpositive = 0.4;
        seen.has_kernel = i % 2 == 0;
        seen.kernel_mean = seen.has_kernel ? 0.2 + drift : 0;
        seen.kernel_deviation = 0.5;
        seen.kernel_norm = 1;
        if (seen.has_kernel) seen.kernel_gradient = static_cast<std::size_t>(i);
        epoch.layers.push_back(seen);
      }
      for (int k = 0; k < 4; ++k) {
        epoch.gradients.push_back({k < 2 ? 0 : 2, 0.01 + drift, 0.02, 0.1});
      }
      input.epochs.push_back(epoch);
    }
  }

  void each(const std::function<void(EpochObservation&)>& change) {
    for (EpochObservation& epoch : input.epochs) change(epoch);
  }
  Localisation run(ToolReading reading = ToolReading::kFaithful) const {
    return run_deepdiagnosis(program, input, reading);
  }
  /// "S2 ACH(1) @0": rule, labels, epoch.
  std::string first(ToolReading reading = ToolReading::kFaithful) const {
    const Localisation result = run(reading);
    if (result.findings.empty()) return "";
    const RuleFinding& finding = result.findings.front();
    Localisation one;
    one.findings = {finding};
    return finding.rule + " " + to_string(labels_of(one)) + " @" + std::to_string(*finding.epoch);
  }
};

TEST(DeepDiagnosis, AHealthyTrainingHasNoSymptom) {
  EXPECT_EQ(Training(39).first(), "");
  EXPECT_EQ(Training(39).first(ToolReading::kMended), "");
}

TEST(DeepDiagnosis, OutputsOutOfRangeAfterTheFirstEpochOnly) {
  Training training(3);
  training.program.model.layers[3].attributes["activation"] = "tanh";
  training.input.ranges.y_max = 7;
  EXPECT_EQ(training.first(), "S1 ACH(3) @0");
  training.input.ranges.y_max = 1;
  EXPECT_EQ(training.first(), "");
  // Inline softmax is invisible: the layer's name is dense_1.
  training.program =
      program_of({dense(4, "relu"), dense(3, "softmax")}, {4}, "categorical_crossentropy", 3);
  training.each([](auto& epoch) {
    epoch.layers = {epoch.layers[0], epoch.layers[2]};
    epoch.layers[1].kernel_gradient = 2;
    epoch.gradients[2].layer = epoch.gradients[3].layer = 1;
  });
  EXPECT_EQ(training.first(), "S1 ACH(1) @0");
  EXPECT_EQ(to_string(labels_of(training.run(ToolReading::kStudy))), "-");
  EXPECT_EQ(training.first(ToolReading::kMended), "");
}

TEST(DeepDiagnosis, RegressionOutputsFarWiderThanTheLabels) {
  Training training;
  training.program = program_of({dense(4), layer("Activation", {{"activation", "relu"}}), dense(1),
                                 layer("Activation", {{"activation", "linear"}})},
                                {4}, "mean_squared_error", 1);
  training.each([](auto& epoch) { epoch.layers[3].output_max = 11; });
  EXPECT_EQ(training.first(), "S1 ACH(3) @0");
  training.each([](auto& epoch) { epoch.layers[3].output_max = 10; });
  EXPECT_EQ(training.first(), "");
}

TEST(DeepDiagnosis, BrokenOutputsAndTheFixTree) {
  Training training(2);
  training.input.epochs[1].layers[1].output_mean = 0;
  EXPECT_EQ(training.first(), "S2 ACH(2) @1");
  training.input.learning_rate = 10;  // 10 * 0.1 / 0.21 > 0.1
  EXPECT_EQ(training.first(), "S2 HLR @1");
  training.input.ranges.x_max = 255;
  EXPECT_EQ(training.first(), "S2 CPP @1");
  training.input.epochs[1].layers[1].output_mean = 0.1;
  training.input.epochs[0].layers[3].output_mean = kNan;
  training.input.ranges.x_max = 1;
  training.input.learning_rate = 0.1;
  // Layer 4 does not exist: the last one is meant.
  EXPECT_EQ(training.first(), "S2 ACH(3) @0");
}

TEST(DeepDiagnosis, NanRatiosAreNoLearningRate) {
  Training training;
  training.each([](auto& epoch) {
    for (auto& gradient : epoch.gradients) gradient.norm = kNan;
    epoch.layers[0].output_mean = kNan;
  });
  EXPECT_EQ(training.first(), "S2 ACH(1) @0");
}

TEST(DeepDiagnosis, DeadUnitsInTheLastEpochOnly) {
  Training training(3, 3);
  training.each([](auto& epoch) { epoch.layers[1].nonpositive = 0.7; });
  EXPECT_EQ(training.first(), "S3 LRM @2");
  training.input.planned_epochs = 4;
  EXPECT_EQ(training.first(), "");
  training.input.planned_epochs = 3;
  training.each([](auto& epoch) { epoch.layers[1].nonpositive = 0.69; });
  EXPECT_EQ(training.first(), "");
}

TEST(DeepDiagnosis, SaturationNamesTheLayerBefore) {
  Training training(5);
  training.program.model.layers[1].attributes["activation"] = "sigmoid";
  training.each([](auto& epoch) { epoch.layers[0].saturated = 0.6; });
  const auto result = training.run();
  ASSERT_FALSE(result.findings.empty());
  EXPECT_EQ(result.findings[0].rule, "S4");
  EXPECT_EQ(result.findings[0].epoch, 4);
  EXPECT_THAT(result.findings[0].message, ::testing::HasSubstr("layer 0"));
}

TEST(DeepDiagnosis, WindowsOfFiveAndTwenty) {
  Training outputs(10);
  outputs.each([](auto& epoch) { epoch.layers[1].output_mean = 0.25; });
  EXPECT_EQ(outputs.first(), "S5 OCH @4");
  outputs.input.epochs[3].layers[1].output_mean = 0.26;  // spoils the first window
  EXPECT_EQ(outputs.first(), "S5 OCH @9");
  Training loss(10);
  loss.each([](auto& epoch) { epoch.loss = 0.7; });
  EXPECT_EQ(loss.first(), "S7 - @4");  // the published code crashes before its fix
  EXPECT_EQ(loss.first(ToolReading::kMended), "S7 OCH @4");
  Training accuracy(25);
  accuracy.each([](auto& epoch) { epoch.accuracy = 0.5; });
  EXPECT_EQ(accuracy.first(), "S9 OCH @19");
  Training weights(5);
  weights.each([](auto& epoch) { epoch.layers[2].kernel_mean = 0.2; });
  weights.program.model.layers[2].name = "dense_1";
  EXPECT_EQ(weights.first(), "S14 OCH @4");
}

TEST(DeepDiagnosis, LossAndAccuracyThatAreNoNumbers) {
  Training loss(2);
  loss.input.epochs[1].loss = kNan;
  EXPECT_EQ(loss.first(), "S6 OCH @1");
  Training accuracy;
  accuracy.each([](auto& epoch) { epoch.accuracy = 0; });
  EXPECT_EQ(accuracy.first(), "S8 OCH @0");
  accuracy.each([](auto& epoch) { epoch.accuracy = kNan; });  // not measured
  EXPECT_EQ(accuracy.first(), "");
}

TEST(DeepDiagnosis, GradientsBackwards) {
  Training last;
  last.each([](auto& epoch) { epoch.gradients[2].mean = 0; });
  EXPECT_EQ(last.first(), "S10 LCH @0");  // layer 2 is the last but one
  Training vanishing;
  vanishing.each([](auto& epoch) { epoch.gradients[0].mean_abs = 9e-8; });
  EXPECT_EQ(vanishing.first(), "S11 LRM @0");
  vanishing.input.learning_rate = 1e-9;
  EXPECT_EQ(vanishing.first(), "S11 HLR @0");
  Training kernel;
  kernel.each([](auto& epoch) { epoch.layers[0].kernel_mean = 0; });
  EXPECT_EQ(kernel.first().substr(0, 3), "S12");
}

TEST(DeepDiagnosis, OtherNumbersOfWeightsCrashThePublishedTool) {
  Training training;
  training.each([](auto& epoch) { epoch.gradients.pop_back(); });
  const auto result = training.run();
  EXPECT_TRUE(result.findings.empty());
  EXPECT_EQ(result.not_applicable.size(), 1U);
  EXPECT_TRUE(training.run(ToolReading::kMended).not_applicable.empty());
}

TEST(DeepDiagnosis, TheMostFrequentRunIsReported) {
  Training dead(1);
  dead.input.epochs[0].layers[1].output_mean = 0;
  const auto found = dead.run();
  const auto none = Training(1).run();
  EXPECT_EQ(to_string(labels_of(most_frequent({none, found, found}))), "ACH(2)");
  EXPECT_EQ(to_string(labels_of(most_frequent({none, found}))), "-");
}

}  // namespace
}  // namespace dlfix::eval::testing
