// Judgements on held-out versions, programs and data sets.
#include "eval/localisers/deepfd/held_out.h"

#include <gtest/gtest.h>

#include "runs.h"
#include "trainer/support/errors.h"

namespace dlfix::eval::testing {
namespace {

using support::InputError;

/// Whether a program has the fault "lr" shows in a feature whose value is the program's own: it can
/// be looked up for programs that are known, and says nothing of others.
DeepFdTable program_bound_table(int programs) {
  TableMaker maker(1);
  for (int program = 0; program < programs; ++program) {
    const std::string name = "p" + std::to_string(program);
    // Values of versions lie in no order over the programs.
    for (int copy = 0; copy < 4; ++copy) {
      const double place = 10.0 * ((program * 7) % programs);
      const bool left = (program * program) % 3 == 0;
      maker.add(name, "origin" + std::to_string(copy), {}, {place + (left ? 0 : 3)});
      maker.add(name, "lr" + std::to_string(copy), {0, 1, 0, 0, 0}, {place + (left ? 3 : 0)});
    }
  }
  return maker.table;
}

TEST(HeldOut, ClearFaultsAreSeenInEveryProtocol) {
  const DeepFdTable table = clear_table(6, 0.2, 2);
  for (const HoldOut hold_out :
       {HoldOut::kWithinPrograms, HoldOut::kPrograms, HoldOut::kDataSets}) {
    HeldOutOptions options;
    options.folds = 3;
    const HeldOutResult result = judge_held_out(table, hold_out, options);
    EXPECT_EQ(result.accuracies.macro, 1) << static_cast<int>(hold_out);
    EXPECT_EQ(result.macro_interval.low, 1);
    EXPECT_EQ(result.detection, 1);
    EXPECT_NEAR(result.mean_reported, 5.0 / 6, 1e-12);
    for (std::size_t v = 0; v < table.versions.size(); ++v) {
      EXPECT_EQ(result.predicted[v], table.versions[v].faults);
    }
  }
  HeldOutOptions rows;
  rows.offsets = OffsetRule::kGiven;
  rows.model.offsets = kMajorityOffsets;
  EXPECT_EQ(judge_held_out(table, HoldOut::kRows, rows).accuracies.macro, 1);
}

TEST(HeldOut, WhatIsBoundToProgramsIsLostWithoutThem) {
  const DeepFdTable table = program_bound_table(9);
  HeldOutOptions options;
  options.folds = 3;
  options.offsets = OffsetRule::kGiven;
  options.model.offsets = kMajorityOffsets;
  options.model.selection.balance_to = std::nullopt;
  options.model.tree.max_depth = 10;
  const auto known = judge_held_out(table, HoldOut::kWithinPrograms, options);
  const auto unknown = judge_held_out(table, HoldOut::kPrograms, options);
  EXPECT_GT(known.accuracies.macro, 0.95);
  EXPECT_LT(unknown.accuracies.macro, 0.7);
  EXPECT_LE(unknown.macro_interval.low, unknown.accuracies.macro);
  EXPECT_GE(unknown.macro_interval.high, unknown.accuracies.macro);
  // Four labels have one class and are named by having no value.
  EXPECT_FALSE(known.accuracies.outputs[0].has_value());
  EXPECT_TRUE(known.accuracies.outputs[1].has_value());
}

TEST(HeldOut, ARunIsNotLearntFromWhereItIsJudged) {
  // Features without any meaning, which trees and neighbours could learn by heart.
  TableMaker maker(2);
  for (int version = 0; version < 60; ++version) {
    const FaultBits faults{version % 2, 0, 0, 0, 0};
    maker.add("p" + std::to_string(version % 5), "v" + std::to_string(version), faults, {0, 0}, 3,
              1);
  }
  HeldOutOptions options;
  options.offsets = OffsetRule::kGiven;
  options.model.offsets = kMajorityOffsets;
  options.model.neighbours = 1;
  EXPECT_LT(judge_held_out(maker.table, HoldOut::kRows, options).accuracies.macro, 0.7);
}

TEST(HeldOut, AsManyVersionsToLearnFrom) {
  const DeepFdTable table = clear_table(6, 0, 2);
  HeldOutOptions options;
  options.folds = 3;
  options.offsets = OffsetRule::kGiven;
  EXPECT_EQ(judge_held_out(table, HoldOut::kPrograms, options).least_training_versions, 48U);
  options.training_versions = 20;
  EXPECT_EQ(judge_held_out(table, HoldOut::kPrograms, options).least_training_versions, 20U);
}

TEST(HeldOut, TheSameUnderOneSeed) {
  const DeepFdTable table = program_bound_table(6);
  HeldOutOptions options;
  options.folds = 3;
  const auto first = judge_held_out(table, HoldOut::kWithinPrograms, options);
  const auto second = judge_held_out(table, HoldOut::kWithinPrograms, options);
  EXPECT_EQ(first.predicted, second.predicted);
  EXPECT_EQ(first.macro_interval.low, second.macro_interval.low);
}

TEST(HeldOut, OffsetsAreLearntOnOtherPrograms) {
  // A third of the runs of every original look like the fault "epoch": one positive run of nine is
  // no sign of it.
  TableMaker maker(1);
  for (int program = 0; program < 6; ++program) {
    const std::string name = "p" + std::to_string(program);
    for (int copy = 0; copy < 3; ++copy) {
      maker.add(name, "origin" + std::to_string(copy), {}, {0.0}, 9);
      auto& runs = maker.table.versions.back().runs;
      for (std::size_t run = 0; run < 3; ++run) runs[run][0] += 1;
      maker.add(name, "epoch" + std::to_string(copy), {0, 0, 0, 0, 1}, {1.0}, 9);
    }
  }
  std::vector<std::size_t> versions(maker.table.versions.size());
  for (std::size_t v = 0; v < versions.size(); ++v) versions[v] = v;
  DeepFdOptions options;
  options.offsets = kNoOffsets;
  const VoteOffsets learned = learn_offsets(maker.table, versions, options);
  EXPECT_GE(learned[4], 3);
  EXPECT_LT(learned[4], 9);
  EXPECT_EQ(learned[0], 0);                                            // no version has the fault
  EXPECT_EQ(learn_offsets(maker.table, {0, 1}, options), kNoOffsets);  // one program

  HeldOutOptions judged;
  judged.folds = 3;
  judged.model = options;
  EXPECT_EQ(judge_held_out(maker.table, HoldOut::kPrograms, judged).accuracies.macro, 1);
  judged.offsets = OffsetRule::kGiven;
  EXPECT_LT(judge_held_out(maker.table, HoldOut::kPrograms, judged).accuracies.macro, 0.6);
}

TEST(HeldOut, ConstantAnswersAreHalfRight) {
  const DeepFdTable table = clear_table(2);
  EXPECT_EQ(constant_answer(table, {}).macro, 0.5);
  EXPECT_EQ(constant_answer(table, {1, 1, 1, 1, 1}).macro, 0.5);
}

TEST(HeldOut, WhetherFeaturesTellPrograms) {
  HeldOutOptions options;
  options.folds = 3;
  const DeepFdTable apart = clear_table(3, 1);
  EXPECT_EQ(program_recall(apart, options), 1);
  const DeepFdTable faults = with_features(apart, {"a", "b", "c", "d", "e"});
  EXPECT_EQ(faults.features.size(), 5U);
  EXPECT_LT(program_recall(faults, options), 0.7);
  const DeepFdTable last = with_features(apart, {"f"});
  EXPECT_EQ(last.versions[4].runs[2], FeatureRow{apart.versions[4].runs[2].back()});
  EXPECT_EQ(judge_held_out(faults, HoldOut::kPrograms, options).accuracies.macro, 1);
  EXPECT_LT(judge_held_out(last, HoldOut::kPrograms, options).accuracies.macro, 0.7);
  EXPECT_THROW(with_features(apart, {"xyz"}), InputError);
  EXPECT_THROW(program_recall(clear_table(1), options), InputError);
}

TEST(HeldOut, WhatCannotBeJudged) {
  DeepFdTable table = clear_table(3);
  EXPECT_THROW(judge_held_out(table, HoldOut::kRows, {}), InputError);
  EXPECT_THROW(judge_held_out(clear_table(1), HoldOut::kPrograms, {}), InputError);
  EXPECT_THROW(judge_held_out({}, HoldOut::kPrograms, {}), InputError);
  table.versions[2].dataset.clear();
  EXPECT_THROW(judge_held_out(table, HoldOut::kDataSets, {}), InputError);
}

}  // namespace
}  // namespace dlfix::eval::testing
