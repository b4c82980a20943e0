// DeepLocalize's symptoms, in its order.
#include "eval/localisers/deeplocalize/deeplocalize.h"

#include <gmock/gmock.h>

#include <cmath>

#include "eval/localisers/rule_catalogue.h"
#include "programs.h"

namespace dlfix::eval::testing {
namespace {

using ::testing::HasSubstr;

mapping::Program two_layers() {
  auto program = program_of({dense(8, "relu"), dense(1, "sigmoid")}, {4}, "binary_crossentropy");
  program.fit.batch_size = 4;
  program.fit.epochs = 3;
  return program;
}

/// Batches in which every mean moves.
std::vector<BatchObservation> healthy(int batches) {
  std::vector<BatchObservation> all;
  for (int b = 1; b <= batches; ++b) {
    const double x = 1 + 0.01 * b;
    all.push_back({1 / x,
                   0.5 + 0.01 * b,
                   {x, 2 * x},
                   {-x, -2 * x},
                   {3 * x, 4 * x},
                   {true, true},
                   {x, 5 * x, 6 * x, 7 * x}});
  }
  return all;
}

std::string first(const std::vector<BatchObservation>& batches) {
  const auto found = run_deeplocalize(two_layers(), batches);
  if (found.findings.empty()) return "";
  EXPECT_EQ(found.findings.size(), 1U) << "the tool ends at the first";
  const auto& finding = found.findings.front();
  const RuleInfo* rule = find_rule("deeplocalize/" + finding.rule);
  EXPECT_NE(rule, nullptr) << finding.rule;
  if (rule != nullptr) {
    EXPECT_EQ(rule->fault_type, finding.fault_type);
  }
  return finding.rule + " " + finding.message;
}

TEST(DeepLocalize, IsSilentWhereAllMoves) {
  const auto found = run_deeplocalize(two_layers(), healthy(40));
  EXPECT_TRUE(found.findings.empty());
  EXPECT_THAT(found.not_checked.front(), HasSubstr("first 40 batches"));
}

TEST(DeepLocalize, OneZeroInTheFirstBatchIsEnough) {
  auto batches = healthy(10);
  batches[0].outputs[1] = 0;
  EXPECT_EQ(first(batches), "L1 after batch 1: layer 1 (Dense): the mean output is exactly 0");
  batches = healthy(10);
  batches[3].outputs[1] = 0;
  EXPECT_EQ(first(batches), "") << "one of four";
  batches[4].outputs[1] = batches[5].outputs[1] = 0;
  EXPECT_THAT(first(batches), HasSubstr("L1 after batch 6")) << "three of six";
}

TEST(DeepLocalize, ConstantMeansAreSeenInWindowsOfFive) {
  auto batches = healthy(20);
  for (int b = 3; b < 8; ++b) batches[b].kernels[0] = 7;
  EXPECT_EQ(first(batches), "") << "batches 4 to 8 lie in two windows";
  for (int b = 8; b < 10; ++b) batches[b].kernels[0] = 7;
  EXPECT_EQ(first(batches), "L2 after batch 10: layer 0 (Dense): the mean weight does not change");
}

TEST(DeepLocalize, ALossThatStandsStillPointsToTheLearningRate) {
  auto batches = healthy(10);
  for (int b = 0; b < 5; ++b) batches[b].loss = 0.7;
  const auto found = run_deeplocalize(two_layers(), batches);
  ASSERT_EQ(found.findings.size(), 1U);
  EXPECT_EQ(found.findings[0].fault_type, "HLR");
  EXPECT_THAT(first(batches), HasSubstr("L4 after batch 5: the model does not learn: the loss"));
  batches = healthy(10);
  batches[1].loss = std::nan("");
  EXPECT_EQ(first(batches), "L3 after batch 2: the loss is nan");
  for (auto& batch : batches) batch.accuracy = std::nan("");
  batches[1].loss = 0.3;
  EXPECT_EQ(first(batches), "") << "an accuracy that is not measured says nothing";
}

TEST(DeepLocalize, GradientsAreWalkedOverInPairsFromBehind) {
  auto batches = healthy(10);
  for (auto& batch : batches) batch.gradients[3] = 0;
  EXPECT_EQ(first(batches), "") << "the last layer's bias";
  for (auto& batch : batches) batch.gradients[0] = 0;
  EXPECT_EQ(first(batches), "L5 after batch 1: layer 0 (Dense): the mean gradient is exactly 0");
  batches = healthy(10);
  for (auto& batch : batches) batch.output_gradients[1] = std::nullopt;
  EXPECT_EQ(first(batches), "") << "not measured";
  batches[2].output_gradients[0] = INFINITY;
  EXPECT_THAT(first(batches), HasSubstr("L6 after batch 3: layer 0 (Dense)"));
}

TEST(DeepLocalize, WeightsComeBeforeTheLossAndTheLossBeforeGradients) {
  auto batches = healthy(5);
  batches[0].kernels[1] = 0;
  batches[0].loss = std::nan("");
  batches[0].gradients[2] = 0;
  EXPECT_THAT(first(batches), HasSubstr("L2"));
  batches[0].kernels[1] = 1;
  EXPECT_THAT(first(batches), HasSubstr("L3"));
}

TEST(DeepLocalize, AnAccuracyIsTheBatchsOwn) {
  auto program = two_layers();
  trainer::TrainingResult result;
  auto& trace = result.trace.emplace();
  trace.checks.names = {"epoch", "batch", "loss"};
  for (const int layer : {0, 1}) {
    for (const char* kind : {"outputs", "output_gradients"}) {
      trace.checks.names.push_back(trainer::trace_column(kind, layer, "", "mean"));
    }
    trace.checks.names.push_back(trainer::trace_column("output_gradients", layer, "", "count"));
    for (const char* kind : {"weights", "gradients"}) {
      for (const char* weight : {"kernel", "bias"}) {
        trace.checks.names.push_back(trainer::trace_column(kind, layer, weight, "mean"));
      }
    }
  }
  trace.checks.columns.resize(trace.checks.names.size());
  trace.batches.names = {"epoch", "batch", "loss", "metric"};
  trace.batches.columns.resize(4);
  const std::vector<double> means = {0.5, 0.75, 2.0 / 3};
  for (std::size_t b = 0; b < means.size(); ++b) {
    trace.checks.add_row(std::vector<double>(trace.checks.names.size(), 1.0));
    trace.batches.add_row({0, static_cast<double>(b), 0.4, means[b]});
  }
  const auto seen = observe_batches(program, result);
  ASSERT_EQ(seen.size(), 3U);
  EXPECT_EQ(seen[0].accuracy, 0.5);
  EXPECT_EQ(seen[1].accuracy, 1.0);
  EXPECT_EQ(seen[2].accuracy, 0.5);
  EXPECT_EQ(seen[0].gradients.size(), 4U);
  EXPECT_TRUE(seen[0].has_kernel[1]);
}

TEST(DeepLocalize, FewEpochsAreEnough) {
  trainer::FitSpec fit;
  fit.batch_size = 10;
  fit.epochs = 100;
  EXPECT_EQ(deeplocalize_fit(fit, 1000).epochs, 5);
  EXPECT_EQ(deeplocalize_fit(fit, 100000).epochs, 1);
  fit.epochs = 2;
  EXPECT_EQ(deeplocalize_fit(fit, 1000).epochs, 2);
}

}  // namespace
}  // namespace dlfix::eval::testing
