#include "providers/recordings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <set>

#include "providers/replay.h"
#include "tests/study_data.h"
#include "trainer/support/errors.h"

namespace dlfix::providers {
namespace {

using testing::HasSubstr;
using testing::Not;

std::string write_file(const std::string& text) {
  const auto path =
      std::filesystem::path(testing::TempDir()) /
      (std::string(testing::UnitTest::GetInstance()->current_test_info()->name()) + ".jsonl");
  std::ofstream(path) << text;
  return path.string();
}

Recording full() {
  Recording row;
  row.task = "repair";
  row.provider = "openai";
  row.base_url = "https://api.openai.com/v1";
  row.model = "gpt-4o";
  row.returned_model = "gpt-4o-2024-08-06";
  row.temperature = 0.5;
  row.index = 3;
  row.key = "abc";
  row.prompt_sha256 = "def";
  row.prompt = "repair\n\"this\"";
  row.text = "{\"lr\": 0.1}\n\xc3\xa9";
  row.outcome = "truncated";
  row.usage = {10, 20, true};
  row.seconds = 1.5;
  row.attempts = 2;
  row.temperature_applied = false;
  row.note = "a note";
  return row;
}

TEST(RecordingProvider, OurLinesAreReadAsTheyWereWritten) {
  const Recording row = full();
  const auto read = read_recordings(write_file(recording_line(row, {}) + "\n"));
  ASSERT_EQ(read.size(), 1U);
  EXPECT_EQ(recording_line(read[0], {}), recording_line(row, {}));
  EXPECT_EQ(read[0].text, row.text);
  EXPECT_EQ(read[0].temperature, 0.5);
  EXPECT_EQ(read[0].usage.completion_tokens, 20);
  EXPECT_FALSE(read[0].temperature_applied);
}

TEST(RecordingProvider, NoSecretLeaves) {
  Recording row = full();
  row.base_url = "https://user:pass-word@host.example:8443/v1?key=canary-key-1#x";
  row.prompt = "API = 'sk-proj-abcdefghijklmnopqrstuvwxyz012345'  # canary-key-1";
  row.text =
      "Authorization: Bearer abcdefghijklmnopqrstuvwxyz, AIzaSyA0123456789abcdefghijklmnopqrs";
  row.note = "canary-key-1";
  const std::string line = recording_line(row, {"canary-key-1", "", "ab"});
  for (const char* secret : {"canary-key-1", "user:", "pass-word", "sk-proj", "AIza", "uvwxyz"})
    EXPECT_THAT(line, Not(HasSubstr(secret)));
  EXPECT_THAT(line, HasSubstr("https://host.example:8443/v1\""));
  EXPECT_THAT(line, HasSubstr("API = '[secret removed]'"));
}

TEST(RecordingProvider, OrdinaryTextIsNoSecret) {
  for (const char* text : {"task-oriented-classification-problem", "sk-learn", "Bearer of news",
                           "x = disk-usage-of-a-very-long-name-indeed", ""})
    EXPECT_EQ(without_secrets(text, {}), text);
  EXPECT_EQ(without_secrets("sk-0123456789abcdef sk-0123456789abcdef", {}),
            "[secret removed] [secret removed]");
}

TEST(RecordingProvider, ThePublishedLayoutsAreRead) {
  const auto rows = read_recordings(write_file(
      R"({"model":"gpt-4","temperature":1.0,"subject":"M","index":4,"text":"{}"}
{"fault":"M2","fl_id":"M1","repetition":7,"n_answers":5,"text":"1. a"}
)"));
  ASSERT_EQ(rows.size(), 2U);
  EXPECT_EQ(rows[0].task, "repair");
  EXPECT_EQ(rows[0].index, 4);
  EXPECT_EQ(rows[1].task, "localise");
  EXPECT_EQ(rows[1].subject, "M1") << "localisation replies go by the localisation numbering";
  EXPECT_EQ(rows[1].index, 7);
  EXPECT_EQ(rows[1].model, "gpt-4");
  EXPECT_EQ(rows[1].temperature, 0.0);
  EXPECT_TRUE(answers_another_text(rows));
  EXPECT_FALSE(answers_another_text({full()}));
}

/// The published files, where they are at hand.
TEST(RecordingProviderData, EveryPublishedReplyIsServed) {
  const auto folder = tests::study_data() / "benchmark";
  const std::pair<const char*, std::size_t> files[] = {
      {"repair_replies/gpt-3.5-turbo.jsonl", 433},
      {"repair_replies/gpt-4.jsonl", 390},
      {"repair_replies/gpt-4-turbo-preview.jsonl", 390},
      {"fl_replies.jsonl", 220}};
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << folder << " is not here";
  for (const auto& [name, count] : files) {
    const auto path = (folder / name).string();
    const auto rows = read_recordings(path);
    EXPECT_EQ(rows.size(), count);
    std::set<std::string> subjects;
    for (const auto& row : rows) subjects.insert(row.subject);
    for (const auto& subject : subjects) {
      const auto provider = make_replay_provider({path, subject, rows[0].task});
      for (const auto& row : rows) {
        if (row.subject != subject) continue;
        provider->complete(
            std::vector{ChatRequest{row.model, row.temperature, {}, row.index}}, nullptr,
            [&](std::size_t, const Reply& reply) { EXPECT_EQ(reply.text, row.text); });
      }
    }
  }
}

}  // namespace
}  // namespace dlfix::providers
