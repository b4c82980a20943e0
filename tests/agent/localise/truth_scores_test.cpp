#include "agent/localise/truth_scores.h"

#include <gmock/gmock.h>

#include <fstream>

#include "eval/truths/neutrality_result.h"
#include "tests/temporary_folder.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using ::testing::HasSubstr;

mapping::Program program_with(double rate, const std::string& loss) {
  mapping::Program program;
  program.path = "model.py";
  mapping::Hyperparameter lr;
  lr.name = "lr";
  lr.kind = "learning_rate";
  lr.value = rate;
  lr.fault_types = {"HLR"};
  mapping::Hyperparameter loss_of_it;
  loss_of_it.name = "loss";
  loss_of_it.kind = "loss";
  loss_of_it.value = loss;
  loss_of_it.fault_types = {"LCH"};
  program.hyperparameters = {lr, loss_of_it};
  return program;
}

FindingReply reply_naming(const std::vector<std::string>& types) {
  FindingReply reply;
  reply.endpoint = "fake:model";
  reply.outcome = providers::ReplyOutcome::kOk;
  for (const auto& type : types) {
    mapping::MappedAnswer answer;
    mapping::Finding finding;
    finding.fault_type = type;
    finding.specific = true;
    answer.findings = {finding};
    reply.mapped.answers.push_back(answer);
  }
  return reply;
}

class TruthScoresTest : public testing::Test {
 protected:
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name)) << text;
    return folder_.file(name);
  }
  KnownFaults known(const std::vector<std::string>& files) {
    return read_known_faults(program_with(1.0, "mse"), files, [](const std::string&) {
      return program_with(0.01, "categorical_crossentropy");
    });
  }
  tests::TemporaryFolder folder_;
};

TEST_F(TruthScoresTest, FaultsComeFromAFixedProgramAConfigOrAManifest) {
  EXPECT_EQ(to_string(known({write("fixed.py", "")}).faults), "LCH, HLR");
  EXPECT_EQ(to_string(known({write("fix.json", R"({"lr": 0.5, "other": 3})")}).faults), "HLR");
  const auto manifest = known({write(
      "manifest.json",
      R"({"ground_truth": [{"type": "ACH", "layers": [0, 1]}, {"type": "LCH", "layers": []}]})")});
  EXPECT_EQ(to_string(manifest.faults), "ACH(0,1), LCH");
  EXPECT_EQ(manifest.name, "manifest.json");
}

TEST_F(TruthScoresTest, RepliesAreScoredBeforeAndAfterAlternatives) {
  eval::NeutralityResult found;
  found.graph.root.config = {{"lr", 1.0}, {"loss", "mse"}};
  eval::NeutralityNode node;
  node.id = 7;
  node.parent = 0;
  node.config = {{"lr", 1.0}, {"loss", "hinge"}};
  node.values = {1.0, 1.0};
  node.is_truth = true;
  found.graph.nodes = {node};
  found.fix.values = {1.0, 1.0};
  found.fault_types[7] = eval::parse_fault_labels("LCH");
  FindingReplies replies;
  replies.replies = {reply_naming({"HLR", "RAW"}), reply_naming({"LCH"})};
  const auto scores = score_findings(
      replies,
      known({write("n.json", eval::to_json(found).dump()), write("fix.json", R"({"lr": 0.5})")}),
      eval::Scores::kCorrected);
  ASSERT_EQ(scores.replies.size(), 2U);
  EXPECT_DOUBLE_EQ(scores.replies[0].before.recall, 1);
  EXPECT_DOUBLE_EQ(scores.replies[0].before.precision, 0.5);
  EXPECT_EQ(scores.replies[0].best, "fix.json");
  EXPECT_DOUBLE_EQ(scores.replies[1].before.recall, 0);
  EXPECT_DOUBLE_EQ(scores.replies[1].after.recall, 1);
  EXPECT_EQ(scores.replies[1].best, "node 7");
  EXPECT_DOUBLE_EQ(scores.before.recall, 0.5);
  EXPECT_DOUBLE_EQ(scores.after.recall, 1);
  EXPECT_DOUBLE_EQ(scores.stability.extracted_share, 1);
  EXPECT_EQ(to_json(scores)["replies"][1]["best_truth"], "node 7");
  EXPECT_THAT(to_text(scores), HasSubstr("1 alternatives"));
}

TEST_F(TruthScoresTest, WhatIsNoGroundTruthIsNamed) {
  for (const auto& [text, word] : std::vector<std::pair<std::string, std::string>>{
           {"nonsense", "x.json"},
           {R"({"ground_truth": [{"layers": []}]})", "x.json"},
           {R"({"document": "neutrality", "version": 1, "nodes": [], "dropped": []})", "only"},
           {R"({"config": 3})", "config"}}) {
    try {
      known({write("x.json", text)});
      FAIL() << text;
    } catch (const support::InputError& error) {
      EXPECT_THAT(error.what(), HasSubstr(word));
    }
  }
  EXPECT_THROW(known({folder_.file("nowhere.py")}), support::InputError);
}

}  // namespace
}  // namespace dlfix::agent
