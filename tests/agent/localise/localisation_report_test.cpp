#include "agent/localise/localisation_report.h"

#include <gmock/gmock.h>

#include <filesystem>

#include "agent/localise/finding_replies.h"
#include "tests/temporary_folder.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using ::testing::HasSubstr;

// Answers every request with the next of the given texts.
class FakeProvider : public providers::Provider {
 public:
  explicit FakeProvider(std::vector<std::string> texts) : texts_(std::move(texts)) {}
  std::string dialect() const override { return "fake"; }
  std::string base_url() const override { return "http://localhost"; }
  void complete(std::span<const providers::ChatRequest> requests, const std::atomic<bool>*,
                const providers::ReplyHandler& on_reply) override {
    for (std::size_t index = 0; index < requests.size(); ++index) {
      providers::Reply reply;
      reply.text = texts_.at(static_cast<std::size_t>(requests[index].repetition) % texts_.size());
      reply.outcome = providers::ReplyOutcome::kOk;
      reply.attempts = 1;
      prompts.push_back(requests[index].messages.front().content);
      on_reply(index, reply);
    }
  }
  std::vector<std::string> prompts;

 private:
  std::vector<std::string> texts_;
};

mapping::Program program() {
  mapping::Program program;
  program.path = "model.py";
  trainer::LayerSpec dense;
  dense.class_name = "Dense";
  dense.attributes = {{"units", 3}, {"activation", "linear"}};
  dense.line = 2;
  program.model.layers = {dense};
  mapping::Hyperparameter rate;
  rate.name = "lr";
  rate.kind = "learning_rate";
  rate.value = 1.0;
  rate.span = {"model.py", {3, 17}, {3, 20}};
  program.hyperparameters = {rate};
  return program;
}

const std::map<std::string, std::string> kSources = {
    {"model.py", "model = Sequential()\nmodel.add(Dense(3))\nopt = SGD(\tlearning=1.0)\n"}};

class Localisation : public ::testing::Test {
 protected:
  FindingReplies ask(std::vector<std::string> texts, const std::string& mapper_name = "rules") {
    endpoints_.clear();
    Endpoint endpoint;
    endpoint.name = "fake:model";
    endpoint.model = "model";
    auto provider = std::make_unique<FakeProvider>(std::move(texts));
    provider_ = provider.get();
    endpoint.provider = std::move(provider);
    endpoints_.push_back(std::move(endpoint));
    llm_.replies = 2;
    ComposedPrompt prompt;
    prompt.text = "What is wrong?";
    prompt.sha256 = "0";
    const Asking asking{llm_, endpoints_, store_, cancel_};
    const auto mapper = make_mapper(mapper_name, asking);
    return ask_for_findings(prompt, program(), asking, *mapper);
  }

  tests::TemporaryFolder folder_;
  Store store_{folder_.file("store.sqlite")};
  std::atomic<bool> cancel_{false};
  LlmOptions llm_;
  std::vector<Endpoint> endpoints_;
  FakeProvider* provider_ = nullptr;
};

TEST_F(Localisation, RanksFindingsAndMarksTheirPlace) {
  const auto replies =
      ask({"1. The learning rate of 1.0 is too high, use 0.01 instead.\n2. No early stopping.",
           "1. The learning rate is too high; try 0.01.\n2. The data is not shuffled."});
  const auto report = make_localisation_report(program(), replies);
  ASSERT_EQ(report.findings.size(), 2U);
  EXPECT_EQ(report.findings[0].finding.votes, 2);
  ASSERT_EQ(report.advice.size(), 1U);
  const std::string text = to_text(report, kSources);
  EXPECT_THAT(text, HasSubstr("model.py:3:18: HLR Wrong learning rate [2 of 2 replies]"));
  EXPECT_THAT(text,
              HasSubstr("     3 | opt = SGD(\tlearning=1.0)\n       |           \t      ^~~"));
  EXPECT_THAT(text, HasSubstr("change the learning rate from 1.0 to 0.01"));
  EXPECT_THAT(text, HasSubstr("advice that names no fault"));
  const auto json = to_json(report);
  EXPECT_EQ(json["findings"][0]["fault_type"], "HLR");
  EXPECT_EQ(json["findings"][0]["line"], 3);
  EXPECT_EQ(json["findings"][0]["proposed"], 0.01);
  EXPECT_EQ(json["findings"][0]["of"], 2);
  EXPECT_TRUE(json["findings"][1]["line"].is_null());
}

TEST_F(Localisation, AReplyThatIsStoredIsNotAskedForAgain) {
  EXPECT_EQ(ask({"1. The learning rate is too high."}).sent, 2);
  EXPECT_EQ(ask({"1. Something else."}).stored, 2);
}

TEST_F(Localisation, TheModelMayMapItsOwnAnswers) {
  const auto replies = ask({"1. Strange.", "1. Strange, too."}, "llm");
  EXPECT_EQ(replies.votes().findings.size(), 0U);  // "1. Strange." is no classification
  EXPECT_THAT(provider_->prompts.back(), HasSubstr("Fault types:"));
}

TEST_F(Localisation, AMapperThatAsksNeedsAModel) {
  const Asking nobody{llm_, {}, store_, cancel_};
  EXPECT_THROW(make_mapper("llm", nobody), support::InputError);
  EXPECT_NO_THROW(make_mapper("rules", nobody));
}

}  // namespace
}  // namespace dlfix::agent
