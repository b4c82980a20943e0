// Readings, lines and the whole diagnosis.
#include "eval/localisers/deepfd/deepfd.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "eval/localisers/deepfd/run_features.h"
#include "runs.h"
#include "tests/eval/localisers/programs.h"
#include "trainer/support/errors.h"

namespace dlfix::eval::testing {
namespace {

using nlohmann::json;
using support::InputError;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr std::size_t kOpt = 0, kLr = 1, kAct = 2, kLoss = 3, kEpoch = 4;

void add_parameter(mapping::Program& program, const std::string& kind, std::optional<int> layer,
                   int line, bool inserted = false) {
  mapping::Hyperparameter parameter;
  parameter.name = kind + std::to_string(program.hyperparameters.size());
  parameter.kind = kind;
  parameter.layer = layer;
  parameter.inserted = inserted;
  parameter.span.file = "model.py";
  parameter.span.start.line = line;
  program.hyperparameters.push_back(parameter);
}

/// Line 2: epochs = 5. 11, 13: layers with activations (14: one without). 17: the optimiser's call
/// inside compile on 19. 34: fit, with epochs=epochs.
mapping::Program program() {
  mapping::Program result =
      program_of({dense(4, "relu"), dense(4, "tanh"), dense(2)}, {3}, "binary_crossentropy", 2);
  result.path = "model.py";
  for (std::size_t i = 0; i < 3; ++i) result.model.layers[i].line = std::vector{11, 13, 14}[i];
  add_parameter(result, "activation", 0, 11);
  add_parameter(result, "activation", 1, 13);
  add_parameter(result, "activation", 2, 14, true);
  add_parameter(result, "loss", std::nullopt, 20);
  add_parameter(result, "optimizer", std::nullopt, 17);
  add_parameter(result, "learning_rate", std::nullopt, 18);
  add_parameter(result, "epochs", std::nullopt, 2);
  result.document = {
      {"fit", {{"file", "model.py"}, {"line", 34}}},
      {"compile", {{"file", "model.py"}, {"line", 19}}},
      {"optimizer_site",
       {{"file", "model.py"}, {"form", "call"}, {"start", {{"line", 17}, {"column", 0}}}}}};
  return result;
}

std::vector<int> lines(const mapping::Program& program, std::size_t label, ToolReading reading) {
  std::vector<int> result;
  for (const FaultPlace& place : fault_places(program, label, deepfd_quirks(reading))) {
    EXPECT_EQ(place.file, "model.py");
    result.push_back(place.line);
  }
  return result;
}

TEST(DeepFdReadings, Quirks) {
  const DeepFdQuirks faithful = deepfd_quirks(ToolReading::kFaithful);
  DeepFdQuirks study = deepfd_quirks(ToolReading::kStudy);
  EXPECT_TRUE(faithful.groups_of_nine);
  EXPECT_FALSE(study.groups_of_nine);
  study.groups_of_nine = true;
  EXPECT_EQ(study, faithful);
  EXPECT_EQ(deepfd_quirks(ToolReading::kMended), DeepFdQuirks{});
}

// As the public README has it: lr 17, act 11 and 13, loss 19, epoch 34.
TEST(DeepFdLines, OfTheCallsThatHaveTheKeyword) {
  const auto at = [](std::size_t label) { return lines(program(), label, ToolReading::kFaithful); };
  EXPECT_THAT(at(kOpt), ElementsAre(19));
  EXPECT_THAT(at(kLr), ElementsAre(17));
  EXPECT_THAT(at(kAct), ElementsAre(11, 13));
  EXPECT_THAT(at(kLoss), ElementsAre(19));
  EXPECT_THAT(at(kEpoch), ElementsAre(34));
}

TEST(DeepFdLines, OfTheValuesThemselves) {
  const auto at = [](std::size_t label) { return lines(program(), label, ToolReading::kMended); };
  EXPECT_THAT(at(kOpt), ElementsAre(17));
  EXPECT_THAT(at(kLr), ElementsAre(18));
  EXPECT_THAT(at(kAct), ElementsAre(14, 11, 13));
  EXPECT_THAT(at(kLoss), ElementsAre(20));
  EXPECT_THAT(at(kEpoch), ElementsAre(2));
}

TEST(DeepFdLines, WhatIsNotWritten) {
  mapping::Program bare = program();
  for (auto& parameter : bare.hyperparameters) parameter.inserted = true;
  for (std::size_t label : {kLr, kAct, kLoss, kEpoch}) {
    EXPECT_TRUE(lines(bare, label, ToolReading::kStudy).empty()) << label;
  }
  EXPECT_THAT(lines(bare, kLr, ToolReading::kMended), ElementsAre(17));
  EXPECT_THAT(lines(bare, kEpoch, ToolReading::kMended), ElementsAre(34));
  EXPECT_THAT(lines(bare, kAct, ToolReading::kMended), ElementsAre(14));
  bare.document["optimizer_site"] = {{"form", "absent"}};
  EXPECT_TRUE(lines(bare, kOpt, ToolReading::kStudy).empty());
  EXPECT_THAT(lines(bare, kLr, ToolReading::kMended), ElementsAre(19));
  bare.document = json::object();
  bare.hyperparameters.clear();
  for (std::size_t label = 0; label < kDeepFdLabels; ++label) {
    EXPECT_TRUE(lines(bare, label, ToolReading::kMended).empty());
    EXPECT_TRUE(lines(bare, label, ToolReading::kFaithful).empty());
  }
}

/// A model that says what the last training loss is: below 0.5 nothing, above it lr and epoch.
DeepFdModel loss_model(const DeepFdQuirks& quirks, const FaultBits& faults = {0, 1, 0, 0, 1}) {
  TableMaker maker(1);
  maker.table.features = feature_names(quirks);
  const std::vector<double> zeros(maker.table.features.size(), 0.0);
  std::vector<double> high = zeros;
  high[2] = 1;
  maker.add("p", "origin", {}, zeros, 20, 0);
  maker.add("p", "lr__epoch", faults, high, 20, 0);
  return DeepFdModel::fit(maker.table, all_runs(maker.table), {});
}

MonitoredRun run_with_loss(double loss, const DeepFdQuirks& quirks) {
  auto training = good_training(1, 1, quirks);
  training.epochs[0].loss = loss;
  return observe_run(training, true, 1);
}

/// `high` runs of high loss first, then low ones.
std::vector<MonitoredRun> runs(int high, int low, const DeepFdQuirks& quirks) {
  std::vector<MonitoredRun> result;
  for (int i = 0; i < high + low; ++i) result.push_back(run_with_loss(i < high ? 1 : 0, quirks));
  return result;
}

TEST(DeepFd, DiagnosesByVotesOfTheRuns) {
  const DeepFdQuirks quirks = deepfd_quirks(ToolReading::kMended);
  const auto model = loss_model(quirks);
  const auto diagnosis = run_deepfd(program(), runs(8, 12, quirks), model, ToolReading::kMended);
  EXPECT_EQ(diagnosis.votes.runs, 20);
  EXPECT_EQ(diagnosis.faults, (FaultBits{0, 1, 0, 0, 0}));  // lr needs 5, epoch 12
  ASSERT_EQ(diagnosis.localisation.findings.size(), 1U);
  const RuleFinding& finding = diagnosis.localisation.findings[0];
  EXPECT_EQ(finding.tool, "deepfd");
  EXPECT_EQ(finding.rule, "lr");
  EXPECT_EQ(finding.fault_type, "HLR");
  EXPECT_EQ(finding.line, 18);
  EXPECT_FALSE(finding.certainty);
  EXPECT_THAT(finding.message, HasSubstr("tree 8"));
  EXPECT_TRUE(finding.layers.empty());
  const auto all = run_deepfd(program(), runs(12, 8, quirks), model, ToolReading::kMended);
  EXPECT_EQ(to_string(labels_of(all.localisation)), "HLR, HNE");
  const auto none = run_deepfd(program(), runs(0, 20, quirks), model, ToolReading::kMended);
  EXPECT_TRUE(none.localisation.findings.empty());
}

TEST(DeepFd, GroupsOfNineLookAtTheFirstRuns) {
  const DeepFdQuirks quirks = deepfd_quirks(ToolReading::kFaithful);
  const auto model = loss_model(quirks);
  const auto faithful = run_deepfd(program(), runs(6, 14, quirks), model, ToolReading::kFaithful);
  EXPECT_EQ(faithful.votes.runs, 9);
  EXPECT_EQ(faithful.faults, (FaultBits{0, 1, 0, 0, 1}));
  const auto study = run_deepfd(program(), runs(6, 14, quirks), model, ToolReading::kStudy);
  EXPECT_EQ(study.votes.runs, 20);
  EXPECT_EQ(study.faults, (FaultBits{0, 1, 0, 0, 0}));
}

TEST(DeepFd, ThePublishedScalingForgetsWhatIsCommonToAllRuns) {
  const DeepFdQuirks faithful = deepfd_quirks(ToolReading::kFaithful);
  const auto lost =
      run_deepfd(program(), runs(9, 0, faithful), loss_model(faithful), ToolReading::kFaithful);
  EXPECT_TRUE(lost.localisation.findings.empty());
  const DeepFdQuirks mended = deepfd_quirks(ToolReading::kMended);
  const auto seen =
      run_deepfd(program(), runs(9, 0, mended), loss_model(mended), ToolReading::kMended);
  EXPECT_EQ(seen.faults, (FaultBits{0, 1, 0, 0, 1}));
}

TEST(DeepFd, WhatCannotBeDiagnosed) {
  const DeepFdQuirks mended = deepfd_quirks(ToolReading::kMended);
  const auto model = loss_model(mended);
  EXPECT_THROW(run_deepfd(program(), {}, model, ToolReading::kMended), InputError);
  EXPECT_THROW(run_deepfd(program(), {MonitoredRun{}}, model, ToolReading::kMended), InputError);
  // A model of the other form.
  EXPECT_THROW(run_deepfd(program(), runs(1, 1, mended), model, ToolReading::kStudy), InputError);
}

TEST(DeepFd, ProgramsThatThePublishedToolEndsOn) {
  const DeepFdQuirks quirks = deepfd_quirks(ToolReading::kFaithful);
  auto odd = runs(2, 2, quirks);
  for (MonitoredRun& run : odd) run.checks[0].gradients.pop_back();
  const auto diagnosis = run_deepfd(program(), odd, loss_model(quirks), ToolReading::kFaithful);
  EXPECT_EQ(diagnosis.localisation.not_applicable.size(), 1U);
  EXPECT_TRUE(diagnosis.localisation.findings.empty());
}

}  // namespace
}  // namespace dlfix::eval::testing
