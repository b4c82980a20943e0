#include "agent/llm/endpoint.h"

#include <gtest/gtest.h>

#include "tests/agent/workflows/sample_program.h"
#include "trainer/support/errors.h"

namespace dlfix::agent {
namespace {

constexpr const char* kPublished =
    R"({"model": "m", "temperature": 0.0, "subject": "31880720", "index": 0, "text": "one"}
{"model": "m", "temperature": 0.0, "subject": "C", "index": 0, "text": "two"}
)";

std::string replayed(const std::string& replay, const std::vector<std::string>& known) {
  LlmOptions options;
  options.replay = replay;
  options.known_subjects = known;
  const Endpoint endpoint = open_endpoint(options, [](const std::string&) { return std::nullopt; });
  std::string text;
  const std::vector<providers::ChatRequest> requests(1);
  endpoint.provider->complete(
      requests, nullptr, [&](std::size_t, const providers::Reply& reply) { text = reply.text; });
  return text;
}

TEST(Endpoint, RecordingsAreFoundUnderEveryNameOfTheProgram) {
  const TestFolder folder;
  const std::string file = write_program(folder, kPublished, "replies.jsonl");
  const std::vector<std::string> names = {"D1", "31880720"};
  EXPECT_EQ(replayed(file, names), "one");
  EXPECT_EQ(replayed(file + ":D1", names), "one");
  EXPECT_EQ(replayed(file + ":31880720", names), "one");
  EXPECT_EQ(replayed(file + ":C", names), "two");
}

TEST(Endpoint, AnUnknownNameIsAnErrorThatListsThem) {
  const TestFolder folder;
  const std::string file = write_program(folder, kPublished, "replies.jsonl");
  EXPECT_THROW(replayed(file, {}), support::InputError);
  EXPECT_THROW(replayed(file + ":D4", {"D4", "48385830"}), support::InputError);
}

}  // namespace
}  // namespace dlfix::agent
