#include "providers/replay.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "tests/study_data.h"
#include "trainer/support/errors.h"
#include "trainer/support/hash.h"

namespace dlfix::providers {
namespace {

std::string write_file(const std::string& text) {
  const auto path =
      std::filesystem::path(testing::TempDir()) /
      (std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + ".jsonl");
  std::ofstream(path) << text;
  return path.string();
}

Reply ask(Provider& provider, const ChatRequest& request) {
  Reply answer;
  provider.complete(std::vector{request}, nullptr,
                    [&](std::size_t, const Reply& reply) { answer = reply; });
  return answer;
}

constexpr const char* kPublished =
    R"({"model":"gpt-4","temperature":0.0,"subject":"D1","index":0,"text":"first"}
{"model":"gpt-4","temperature":0.0,"subject":"D1","index":1,"text":"second"}
{"model":"gpt-4","temperature":1.0,"subject":"D1","index":0,"text":"warm"}
{"model":"gpt-4","temperature":0.0,"subject":"M","index":0,"text":"other"}
)";

TEST(ReplayProvider, MatchesSubjectModelTemperatureAndIndex) {
  const auto provider = make_replay_provider({write_file(kPublished), "D1", ""});
  EXPECT_EQ(ask(*provider, {"gpt-4", 0.0, {}, 1}).text, "second");
  EXPECT_EQ(ask(*provider, {"gpt-4", 1.0, {}, 0}).text, "warm");
  EXPECT_EQ(ask(*provider, {"", 0.0, {}, 0}).text, "first");
  EXPECT_EQ(ask(*provider, {"gpt-4", 0.0, {}, 7}).outcome, ReplyOutcome::kFailed);
}

TEST(ReplayProvider, SaysWhatThereIsWhenNothingFits) {
  const auto path = write_file(kPublished);
  try {
    make_replay_provider({path, "D7", ""});
    FAIL();
  } catch (const support::InputError& error) {
    EXPECT_NE(std::string(error.what()).find("D1, M"), std::string::npos) << error.what();
  }
  EXPECT_THROW(make_replay_provider({path, "", ""}), support::InputError);
  const auto provider = make_replay_provider({path, "D1", ""});
  EXPECT_THROW(ask(*provider, {"gpt-5", 0.0, {}, 0}), support::InputError);
  EXPECT_THROW(ask(*provider, {"gpt-4", 0.5, {}, 0}), support::InputError);
}

TEST(ReplayProvider, OurRecordingsAreMatchedByThePrompt) {
  const std::string prompt = "repair this";
  const auto provider =
      make_replay_provider({write_file(R"({"prompt_sha256":")" + support::sha256(prompt) +
                                       R"(","index":0,"text":"ours"})"),
                            "", ""});
  EXPECT_EQ(ask(*provider, {"", 0.0, {{"user", prompt}}, 0}).text, "ours");
  EXPECT_THROW(ask(*provider, {"", 0.0, {{"user", "another"}}, 0}), support::InputError);
}

TEST(ReplayProvider, APromptOfOursGoesBeforeASubject) {
  const std::string prompt = "repair this";
  const auto path =
      write_file(std::string(kPublished) + R"({"prompt_sha256":")" + support::sha256(prompt) +
                 R"(","model":"mine","index":0,"text":"ours","outcome":"truncated",)" +
                 R"("usage":{"prompt_tokens":3,"completion_tokens":4}})" + "\n");
  const auto provider = make_replay_provider({path, "D1", ""});
  const Reply ours = ask(*provider, {"", 0.0, {{"user", prompt}}, 0});
  EXPECT_EQ(ours.text, "ours");
  EXPECT_EQ(ours.outcome, ReplyOutcome::kTruncated);
  EXPECT_EQ(ours.model, "mine");
  EXPECT_EQ(ours.usage.completion_tokens, 4);
  EXPECT_EQ(ask(*provider, {"", 0.0, {{"user", "another"}}, 0}).text, "first");
}

TEST(ReplayProvider, RepliesToTheOtherTaskAreNotServed) {
  const auto path = write_file(std::string(kPublished) +
                               R"({"fl_id":"D1","repetition":0,"text":"1. The rate"})" + "\n");
  EXPECT_EQ(ask(*make_replay_provider({path, "D1", "localise"}), {"", 0.0, {}, 0}).text,
            "1. The rate");
  EXPECT_EQ(ask(*make_replay_provider({path, "D1", "repair"}), {"", 0.0, {}, 0}).text, "first");
  EXPECT_THROW(make_replay_provider({write_file(kPublished), "D1", "localise"}),
               support::InputError);
}

TEST(ReplayProvider, OfSeveralModelsGpt4AnswersARequestWithoutOne) {
  const auto path =
      write_file(std::string(kPublished) +
                 R"({"model":"a-model","temperature":0,"subject":"D1","index":0,"text":"no"})");
  EXPECT_EQ(ask(*make_replay_provider({path, "D1", ""}), {"", 0.0, {}, 0}).text, "first");
}

TEST(ReplayProvider, NamesTheLineThatIsNoRecording) {
  for (const char* text : {"{\"text\":\"a\"}\n[1]\n", "{\"text\":\"a\"}\n{\"text\":1}\n",
                           "{\"text\":\"a\"}\n{\"text\":\"b\",\"index\":\"x\"}\n"}) {
    try {
      read_recordings(write_file(text));
      FAIL() << text;
    } catch (const support::InputError& error) {
      EXPECT_NE(std::string(error.what()).find(":2:"), std::string::npos) << error.what();
    }
  }
  EXPECT_THROW(read_recordings(write_file("")), support::InputError);
  EXPECT_THROW(read_recordings("/nowhere/replies.jsonl"), support::EnvironmentError);
}

/// The published replies, where they are at hand.
TEST(ReplayProviderData, ServesTenPublishedRepliesOfEverySubjectAtTemperatureZero) {
  const std::string path = tests::study_data() / "benchmark/repair_replies/gpt-4.jsonl";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << path << " is not here";
  for (const char* subject : {"M", "C", "R", "U", "31880720", "48385830", "50306988"}) {
    const auto provider = make_replay_provider({path, subject, ""});
    for (int index = 0; index < 10; ++index)
      EXPECT_FALSE(ask(*provider, {"gpt-4", 0.0, {}, index}).text.empty()) << subject << index;
  }
}

}  // namespace
}  // namespace dlfix::providers
