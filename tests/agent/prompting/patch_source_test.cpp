#include "agent/prompting/patch_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/commands/prompt_options_parser.h"
#include "tests/agent/workflows/sample_program.h"
#include "tests/providers/chat_server.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

using mapping::Config;
using testing::Contains;
using testing::HasSubstr;
using testing::Not;
using tests::ChatServer;
using tests::completion;

class PatchSourceTest : public testing::Test {
 protected:
  PatchSourceTest() {
    program_ = mapping::capture_program(write_program(folder_, sample_text(90, "0.77")),
                                        folder_.file("capture"), standin_probe());
    context_.program = &program_;
    context_.space = eval::make_space(program_, eval::ProblemKind::kBinary, false, {});
    context_.symptoms.sentences = {"the loss jumps"};
    context_.findings = {"line 6: a finding"};
    context_.faulty.values = {0.5};
    setup_.prompts_directory = DLFIX_SOURCE_DIR "/prompts";
    setup_.probe = standin_probe();
    setup_.llm.replies = 2;
  }

  PatchSource source(const ChatServer& server) {
    setup_.llm.llms = {"compatible:test-model"};
    setup_.llm.base_url = server.base_url();
    return open();
  }
  PatchSource replayed(const std::string& lines) {
    std::ofstream(folder_.file("replies.jsonl")) << lines;
    setup_.llm.replay = folder_.file("replies.jsonl");
    setup_.llm.known_subjects = {"model"};
    return open();
  }
  PatchSource open() {
    auto endpoints = open_endpoints(setup_.llm, [](const std::string&) { return std::nullopt; });
    return {setup_, std::move(endpoints), store_, cancel_};
  }

  TestFolder folder_;
  Store store_{folder_.file("store.sqlite")};
  std::atomic<bool> cancel_{false};
  mapping::Program program_;
  eval::RepairContext context_;
  PatchSource::Setup setup_;
};

/// What a body asked: the user's message.
std::string message_of(const std::string& body) {
  return nlohmann::json::parse(body)["messages"][0]["content"];
}

TEST_F(PatchSourceTest, TheModelReviewsFirstAndThenRepairsKnowingEverything) {
  ChatServer server([](int number, const auto&, auto& response) {
    response.set_content(
        completion(number == 0 ? R"({"findings":[{"layer":null,"line":12,"fault":"Rate too high.",)"
                                 R"("fix":"0.01"}]})"
                               : R"({"lr": 0.01, "act1": null})"),
        "application/json");
  });
  setup_.prompting.parts.own_findings = true;
  auto asking = source(server);
  EXPECT_EQ(asking.propose(context_, {}), (std::vector<Config>{{{"lr", 0.01}}}));
  ASSERT_EQ(server.served(), 3);
  EXPECT_THAT(message_of(server.bodies()[0]), HasSubstr("Answer with a numbered list"));
  const std::string repair = message_of(server.bodies()[1]);
  for (const char* word : {"[training, line 12] Rate too high. Fix: 0.01", "the loss jumps",
                           "line 6: a finding", "- lr: 0.77", "trained on 60 rows"})
    EXPECT_THAT(repair, HasSubstr(word));
  EXPECT_THAT(nlohmann::json::parse(server.bodies()[1])["response_format"].dump(),
              HasSubstr("\"lr\""));
  EXPECT_THAT(asking.usage().notes, Contains("prompt: assist, parts all"));
  EXPECT_EQ(asking.usage().replies, 3);
}

TEST_F(PatchSourceTest, SaysBeforehandWhatWouldBeSentAndSendsNothing) {
  ChatServer server([](int, const auto&, auto& response) {
    response.set_content(completion("{}"), "application/json");
  });
  const auto asking = source(server);
  const auto sentences = asking.forecast(program_, "accuracy").announcements;
  ASSERT_EQ(sentences.size(), 1u);
  EXPECT_THAT(sentences[0], HasSubstr("compatible:test-model: 2 requests to 127.0.0.1"));
  EXPECT_THAT(sentences[0], HasSubstr("cost unknown"));
  setup_.prompting.refine = 1;
  setup_.prompting.parts.own_findings = true;
  EXPECT_THAT(source(server).forecast(program_, "accuracy").announcements[0],
              HasSubstr(" 5 requests to "))
      << "two rounds of two and the review";
  EXPECT_EQ(server.served(), 0);
}

TEST_F(PatchSourceTest, KeepsEveryReplyWithTheConfigThatTheSearchMayTry) {
  ChatServer server([](int number, const auto&, auto& response) {
    response.set_content(completion(number == 0 ? R"({"lr": 0.01, "batch_size": 64})" : "no"),
                         "application/json");
  });
  std::erase_if(context_.space.dimensions,
                [](const auto& dimension) { return dimension.name == "batch_size"; });
  setup_.llm.concurrency = 1;
  auto asking = source(server);
  asking.propose(context_, {});
  ASSERT_EQ(asking.replies().size(), 2u);
  EXPECT_EQ(asking.replies()[0].outcome, "ok");
  EXPECT_EQ(asking.replies()[0].config, (Config{{"lr", 0.01}}));
  EXPECT_EQ(asking.replies()[1].outcome, "no_json");
  EXPECT_FALSE(asking.replies()[1].reason.empty());
}

TEST_F(PatchSourceTest, RefiningShowsWhatWasMeasuredAsOftenAsAskedFor) {
  ChatServer server([](int number, const auto&, auto& response) {
    response.set_content(completion(R"({"lr": 0.0)" + std::to_string(number + 1) + "}"),
                         "application/json");
  });
  setup_.llm.replies = 1;
  setup_.prompting.refine = 1;
  auto asking = source(server);
  EXPECT_EQ(asking.propose(context_, {}), (std::vector<Config>{{{"lr", 0.01}}}));
  eval::TrialResult measured;
  measured.changes = {{"lr", 0.01}};
  measured.values = {0.75};
  EXPECT_EQ(asking.propose(context_, std::vector{measured}), (std::vector<Config>{{{"lr", 0.02}}}));
  EXPECT_THAT(message_of(server.bodies()[1]),
              HasSubstr("- {\"lr\":0.01} gave accuracy 0.7500 (as written 0.5000)"));
  EXPECT_TRUE(asking.propose(context_, std::vector{measured}).empty());
  EXPECT_EQ(server.served(), 2);
}

TEST_F(PatchSourceTest, PaperModeAsksThePapersPromptAndNothingElse) {
  ChatServer server([](int, const auto&, auto& response) {
    response.set_content(completion(R"({"lr": 0.01})"), "application/json");
  });
  setup_.prompting.mode = PromptMode::kPaper;
  auto asking = source(server);
  asking.propose(context_, {});
  ASSERT_EQ(server.served(), 2) << "no review";
  const auto body = nlohmann::json::parse(server.bodies()[0]);
  EXPECT_THAT(message_of(server.bodies()[0]), HasSubstr("Give me only one solution.\n\nCode: "));
  EXPECT_THAT(message_of(server.bodies()[0]), Not(HasSubstr("0.77")));
  EXPECT_FALSE(body.contains("response_format"));
  EXPECT_THAT(asking.usage().notes, Contains("prompt: paper, listing"));
}

TEST_F(PatchSourceTest, HandWrittenRepliesAreMarkedAndAnswerOneQuestion) {
  auto asking = replayed(
      R"({"note":"hand-written example","task":"repair","subject":"model","index":0,"text":"{\"lr\":0.1}"}
{"note":"hand-written example","task":"repair","subject":"model","index":1,"text":"{\"lr\":0.1}"}
)");
  EXPECT_EQ(asking.propose(context_, {}), (std::vector<Config>{{{"lr", 0.1}}}));
  EXPECT_THAT(asking.usage().notes, Contains("recorded replies: hand-written example"));
  EXPECT_THAT(asking.usage().notes, Not(Contains(HasSubstr("another text"))));
}

TEST_F(PatchSourceTest, PublishedRepliesSayThatTheyAnsweredAnotherText) {
  auto asking = replayed(
      R"({"model":"gpt-4","temperature":0,"subject":"model","index":0,"text":"{\"lr\":0.1}"}
{"model":"gpt-4","temperature":0,"subject":"model","index":1,"text":"{\"lr\":0.1}"}
)");
  EXPECT_EQ(asking.propose(context_, {}), (std::vector<Config>{{{"lr", 0.1}}}));
  EXPECT_THAT(asking.usage().notes, Contains(HasSubstr("given to another text of this program")));
}

TEST(PromptOptions, PublishedRepliesStandForThePapersPromptAsSent) {
  EXPECT_EQ(describe(read_prompt_options({}, {}, true)), "paper, sent");
  EXPECT_EQ(describe(read_prompt_options({}, {}, false)), "assist");
  PromptWords words;
  words.mode = "assist";
  words.parts = "values,refine";
  words.refine = 2;
  EXPECT_EQ(describe(read_prompt_options(words, {}, true)),
            "assist, parts values,refine, refined 2 times");
  words.parts = "values";
  EXPECT_THROW(read_prompt_options(words, {}, false), support::InputError);
  words.mode = "paper";
  EXPECT_THROW(read_prompt_options(words, {}, false), support::InputError);
}

}  // namespace
}  // namespace dlfix::agent
