#include "agent/recordings/stored_recordings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include "tests/agent/workflows/sample_program.h"
#include "trainer/support/hash.h"

namespace dlfix::agent {
namespace {

using providers::Recording;
using testing::Contains;

/// A reply as the asking of a model stores it.
ReplyRecord asked(const std::string& prompt, int repetition, const std::string& text) {
  const providers::ChatRequest request{"gpt-4o", 0.5, {{"user", prompt}}, repetition};
  ReplyRecord record;
  record.key = providers::reply_key("openai", "https://api.openai.com/v1", request);
  record.provider = "openai";
  record.model = "gpt-4o";
  record.request = providers::to_json(request);
  record.request["base_url"] = "https://api.openai.com/v1";
  record.request["provenance"] = {{"template", "repair_assist"}};
  providers::Reply reply;
  reply.outcome = providers::ReplyOutcome::kOk;
  reply.text = text;
  reply.usage = {7, 8, true};
  record.response = providers::to_json(reply);
  return record;
}

class StoredRecordingsTest : public testing::Test {
 protected:
  Store& store(const std::string& name = "store.sqlite") {
    auto& opened = stores_[name];
    if (!opened) opened = std::make_unique<Store>(folder_.file(name));
    return *opened;
  }
  TestFolder folder_;
  std::map<std::string, std::unique_ptr<Store>> stores_;
};

TEST_F(StoredRecordingsTest, AnExportedReplyComesBackUnderItsKey) {
  const ReplyRecord record = asked("repair this", 3, "{\"lr\": 0.1}");
  store().put_reply(record);
  const auto found = stored_recordings(store(), {});
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].task, "repair");
  EXPECT_EQ(found[0].index, 3);
  EXPECT_EQ(found[0].prompt_sha256, support::sha256("repair this"));
  EXPECT_EQ(found[0].usage.completion_tokens, 8);

  Store& other = store("other.sqlite");
  EXPECT_EQ(import_recordings(other, found).added, 1);
  EXPECT_EQ(import_recordings(other, found).known, 1);
  const auto back = other.reply(record.key);
  ASSERT_TRUE(back);
  EXPECT_EQ(providers::reply_from_json(back->response).text, "{\"lr\": 0.1}");
  EXPECT_EQ(other.prompt_text(found[0].prompt_sha256), "repair this");
  EXPECT_EQ(recording_line(stored_recordings(other, {})[0], {}), recording_line(found[0], {}));
}

TEST_F(StoredRecordingsTest, OnlyAnswersAreRecordings) {
  for (const char* outcome : {"failed", "unread", "cancelled", "over_budget"}) {
    ReplyRecord record = asked("prompt", 0, "text");
    record.response["outcome"] = outcome;
    EXPECT_FALSE(to_recording(record)) << outcome;
  }
  ReplyRecord replayed = asked("prompt", 0, "text");
  replayed.provider = "replay";
  EXPECT_FALSE(to_recording(replayed));
}

TEST_F(StoredRecordingsTest, PublishedRepliesKeepTheirSubjectAndHandWrittenOnesTheirNote) {
  Recording published;
  published.task = "localise";
  published.subject = "D1";
  published.model = "gpt-4";
  published.temperature = 0;
  published.text = "1. a";
  Recording example = published;
  example.note = "hand-written example";
  EXPECT_EQ(import_recordings(store(), {published, example, published}).added, 2);
  const auto groups = grouped(stored_recordings(store(), {"localise", "gpt-4", ""}));
  ASSERT_EQ(groups.size(), 2U);
  EXPECT_EQ(groups[0].subject, "D1");
  EXPECT_EQ(groups[0].origin, "hand-written example");
  EXPECT_EQ(groups[1].origin, "published");
  EXPECT_TRUE(stored_recordings(store(), {"repair", "", ""}).empty());
  EXPECT_TRUE(stored_recordings(store(), {"", "", "0f"}).empty());
}

TEST_F(StoredRecordingsTest, KeysOfTheEnvironmentAreSecrets) {
  setenv("DLFIX_TEST_API_KEY", "canary-of-the-environment", 1);
  setenv("DLFIX_TEST_PLAIN", "an-ordinary-value", 1);
  const auto secrets = environment_secrets();
  unsetenv("DLFIX_TEST_API_KEY");
  unsetenv("DLFIX_TEST_PLAIN");
  EXPECT_THAT(secrets, Contains("canary-of-the-environment"));
  EXPECT_THAT(secrets, testing::Not(Contains("an-ordinary-value")));
}

}  // namespace
}  // namespace dlfix::agent
