#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <fstream>

#include "agent/store/store.h"
#include "tests/temporary_folder.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using ::testing::HasSubstr;

const TrainerIdentity kTorch{"cpu", "torch"};

trainer::TrainingResult result_of(double value, double seconds) {
  trainer::TrainingResult result;
  result.status = trainer::TrainingStatus::kOk;
  result.evaluations = {{"measured", 0.25, value, {1.0F, 0.0F}, {}, {}}};
  result.seconds = seconds;
  result.device = "cpu";
  result.trainer = "torch 1.13.0";
  return result;
}

void finish_a_run(Store& store, const std::string& line) {
  RunRecord run;
  run.command = "repair";
  run.identity = "identity of " + line;
  run.command_line = line;
  run.program = "/a/model.py";
  run.program_hash = "p";
  store.end_run(store.begin_run(run), "proven", {{"outcome", "proven"}});
}

class MergeTest : public testing::Test {
 protected:
  /// Two shards with a training in common, one of their own each, a reply and a run.
  void fill(Store& store, const std::string& name) {
    store.put_program("p", "/a/model.py", "text");
    store.put_prompt("prompt of " + name, "text");
    store.put_training("common", kTorch, result_of(0.5, name == "a" ? 1.0 : 2.0));
    store.put_training("of " + name, kTorch, result_of(0.75, 1.0));
    store.put_reply({"reply of " + name, "openai", "gpt", {{"q", name}}, {{"a", name}}});
    finish_a_run(store, name);
  }

  tests::TemporaryFolder folder_;
};

TEST_F(MergeTest, TakesOverWhatIsMissingOnceInAnyOrder) {
  for (const std::string name : {"a", "b"}) {
    Store shard(folder_.file(name));
    fill(shard, name);
    RunRecord running;
    running.command = "repair";
    shard.begin_run(running);  // still going: stays where it is
  }
  for (const auto& order : {std::pair{"a", "b"}, std::pair{"b", "a"}}) {
    Store store(folder_.file(std::string("merged ") + order.first));
    EXPECT_EQ(store.merge(folder_.file(order.first)).added.trainings, 2);
    const MergeReport second = store.merge(folder_.file(order.second));
    EXPECT_EQ(second.added.trainings, 1);
    EXPECT_EQ(second.added.replies, 1);
    EXPECT_EQ(second.added.runs, 1);
    EXPECT_TRUE(second.conflicts.empty()) << second.conflicts.front();  // seconds may differ
    const MergeReport again = store.merge(folder_.file(order.first));
    EXPECT_EQ(again.added.trainings + again.added.replies + again.added.runs, 0);
    const StoreCounts counts = store.counts();
    EXPECT_EQ(counts.trainings, 3);
    EXPECT_EQ(counts.replies, 2);
    EXPECT_EQ(counts.runs, 2);
    EXPECT_EQ(counts.programs, 1);
    EXPECT_EQ(counts.prompts, 2);
    EXPECT_EQ(store.training("of b", kTorch)->evaluations.front().value, 0.75);
    EXPECT_EQ(store.runs().front().result["outcome"], "proven");
  }
}

TEST_F(MergeTest, ConflictsAreToldAndWhatWasThereStays) {
  Store store(folder_.file("a"));
  store.put_training("k", kTorch, result_of(0.5, 1));
  store.put_reply({"r", "openai", "gpt", {}, {{"a", 1}}});
  {
    Store other(folder_.file("b"));
    other.put_training("k", kTorch, result_of(0.6, 1));
    other.put_reply({"r", "openai", "gpt", {}, {{"a", 2}}});
  }
  const MergeReport report = store.merge(folder_.file("b"));
  ASSERT_EQ(report.conflicts.size(), 2U);
  EXPECT_THAT(report.conflicts[0], HasSubstr("training k"));
  EXPECT_THAT(report.conflicts[1], HasSubstr("reply r"));
  EXPECT_EQ(store.training("k", kTorch)->evaluations.front().value, 0.5);
  EXPECT_EQ(store.reply("r")->response["a"], 1);
}

TEST_F(MergeTest, WhatIsNoStoreIsRefusedAndLeftAlone) {
  Store store(folder_.file("a"));
  std::ofstream(folder_.file("text")) << "not a store";
  EXPECT_THROW(store.merge(folder_.file("text")), support::EnvironmentError);
  EXPECT_THROW(store.merge(folder_.file("nowhere")), support::EnvironmentError);
  EXPECT_THROW(store.merge(folder_.file("a")), support::EnvironmentError);
  std::ifstream in(folder_.file("text"));
  std::string text;
  std::getline(in, text);
  EXPECT_EQ(text, "not a store");
}

}  // namespace
}  // namespace dlfix::agent
