#include "agent/workflows/reply_results.h"

#include <gtest/gtest.h>

#include <limits>

namespace dlfix::agent {
namespace {

using mapping::Config;

const Config kGood = {{"lr", 0.1}};
const Config kWorse = {{"lr", 9.0}};
const Config kNan = {{"lr", 1e9}};

RepairReport report_of(bool higher_is_better = true) {
  RepairReport report;
  report.higher_is_better = higher_is_better;
  report.reproduction.arm.values = {0.4, 0.6, 0.5};
  const double none = std::numeric_limits<double>::quiet_NaN();
  report.trials = {{kGood, {0.8, 0.7}, "ok", ""},
                   {kWorse, {0.55}, "ok", ""},
                   {kNan, {none}, "nan", "the loss became not a number"}};
  return report;
}

ReplyResult reply(const Config& config, const std::string& outcome = "ok", int round = 0) {
  ReplyResult result{"openai:gpt-4", 0.5, round};
  result.outcome = outcome;
  result.config = config;
  return result;
}

TEST(ReplyResults, AReplyPassesWhenItBeatsEveryTrainingOfTheProgram) {
  RepairReport report = report_of();
  judge_replies(report, {reply(kGood), reply(kWorse), reply(kNan), reply({}, "no_json"),
                         reply({}, "no_change"), reply(kGood, "ok_with_repairs")});
  ASSERT_EQ(report.replies.size(), 6u);
  EXPECT_TRUE(report.replies[0].passes);
  EXPECT_DOUBLE_EQ(report.replies[0].value, 0.75);
  EXPECT_FALSE(report.replies[1].passes) << "0.55 does not beat 0.6";
  EXPECT_EQ(report.replies[2].outcome, "nan");
  EXPECT_EQ(report.replies[2].reason, "the loss became not a number");
  EXPECT_TRUE(report.replies[5].passes);
  ASSERT_EQ(report.reply_groups.size(), 1u);
  const ReplyGroup& group = report.reply_groups.front();
  EXPECT_EQ(group.passed, 2);
  EXPECT_EQ(group.outcomes,
            (std::map<std::string, int>{
                {"nan", 1}, {"no_change", 1}, {"no_json", 1}, {"ok", 2}, {"ok_with_repairs", 1}}));
  EXPECT_NEAR(group.pass_at.at(1), 2.0 / 6, 1e-12);
  EXPECT_DOUBLE_EQ(group.pass_at.at(5), 1);
  EXPECT_FALSE(group.pass_at.contains(10)) << "there are six replies";
}

TEST(ReplyResults, LowerIsBetterForErrors) {
  RepairReport report = report_of(false);
  report.trials[0].values = {0.3};
  judge_replies(report, {reply(kGood), reply(kWorse)});
  EXPECT_TRUE(report.replies[0].passes);
  EXPECT_FALSE(report.replies[1].passes);
}

TEST(ReplyResults, AnyNumberBeatsAProgramThatGivesNone) {
  RepairReport report = report_of();
  for (double& value : report.reproduction.arm.values) value = std::nan("");
  judge_replies(report, {reply(kWorse), reply(kNan)});
  EXPECT_TRUE(report.replies[0].passes);
  EXPECT_FALSE(report.replies[1].passes);
}

TEST(ReplyResults, WhatTheBudgetDidNotReachIsATimeoutAndOnlyThat) {
  RepairReport report = report_of();
  report.stopped_because = "budget";
  judge_replies(report, {reply({{"lr", 0.2}}), reply({}, "refusal")});
  EXPECT_EQ(report.replies[0].outcome, "timeout");
  EXPECT_EQ(report.replies[1].outcome, "refusal");
  RepairReport interrupted = report_of();
  interrupted.stopped_because = "interrupted";
  judge_replies(interrupted, {reply({{"lr", 0.2}})});
  EXPECT_EQ(interrupted.replies[0].outcome, "ok");
}

TEST(ReplyResults, RoundsTemperaturesAndEndpointsAreCountedApart) {
  RepairReport report = report_of();
  ReplyResult cold = reply(kGood);
  cold.temperature = 0;
  ReplyResult other = reply(kGood);
  other.endpoint = "ollama:other";
  judge_replies(report, {reply(kGood), reply(kWorse, "ok", 1), cold, other, reply(kWorse)});
  ASSERT_EQ(report.reply_groups.size(), 4u);
  EXPECT_DOUBLE_EQ(report.reply_groups[0].pass_at.at(1), 0.5);
  EXPECT_DOUBLE_EQ(report.reply_groups[1].pass_at.at(1), 0);
}

}  // namespace
}  // namespace dlfix::agent
